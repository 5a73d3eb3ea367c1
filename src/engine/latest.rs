//! Keeps only the latest of several versions of a row.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Decimal128Type, Int64Type};
use datafusion::catalog::TableProvider;
use futures::StreamExt;

use super::{Engine, EngineError, Parameters, Query, Relation, quoted};
use crate::diagnostics::SourceText;
use crate::invariant::BrokenInvariant;
use crate::source::VERSION_COLUMNS;

/// What makes rows versions of each other.
#[derive(Debug, Clone)]
pub struct Versions<'a> {
    /// The columns that identify a row.
    pub key: Vec<&'a str>,
    /// The column whose greatest value marks the latest version.
    pub version: Option<&'a str>,
    /// Columns in which no two keys may share a value.
    pub unique: Vec<&'a str>,
    /// The columns whose product is the control total.
    pub amount: Vec<&'a str>,
}

/// What was found among the latest versions.
#[derive(Debug, Clone, Default)]
pub struct Latest {
    /// Per file: its number, the latest rows it supplied, and how many of those delete their key.
    pub by_file: Vec<(usize, u64, u64)>,
    /// Per unique column: how many values occur in the latest rows of several keys.
    pub repeated: Vec<(String, u64)>,
    /// The control total of the latest rows, at the scale of its columns together; the inner `None` is a sum beyond 128 bits.
    pub amount: Option<Option<i128>>,
}

impl Engine {
    /// Registers the latest row of each key as table `name`, without deleted keys. It sorts, so memory stays bounded
    /// for any number of rows. Returns the number of rows and the counts per file.
    ///
    /// # Errors
    /// Errors from the scan, or a full disk.
    pub async fn keep_latest(
        &self,
        name: &str,
        versions: Arc<dyn TableProvider>,
        of: &Versions<'_>,
    ) -> Result<(u64, Latest), EngineError> {
        // The latest versions are kept under this name while they are counted. Each source spills into its own folder.
        let latest = format!("lojal_latest_{name}");
        let from = quoted(&latest);
        let [day, gone, hash, file] = VERSION_COLUMNS.map(quoted);
        let schema = versions.schema();
        let declared = schema.fields().iter().map(|field| field.name().as_str());
        let declared: Vec<String> = declared.filter(|name| !VERSION_COLUMNS.contains(name)).map(quoted).collect();
        let declared = declared.join(", ");
        let key = of.key.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        let version = of.version.map(|column| format!("{} desc nulls last, ", quoted(column))).unwrap_or_default();
        // With equal version and day, neither row is later. The hash makes the choice repeatable.
        let sql = format!(
            "select {declared}, {gone}, {file} from (
                select *, row_number() over (
                    partition by {key} order by {version}{day} desc nulls last, {hash} desc
                ) as lojal_rank from {from}
            ) as versions where versions.lojal_rank = 1"
        );
        self.add_table(&latest, versions)?;
        let ranked = self.planned(&sql).await;
        self.remove(&latest)?;
        self.keep(&latest, &ranked?).await?;
        let counted = self.counted(&gone, &file, &from, of).await;
        let rows = self.planned(&format!("select {declared} from {from} where not {gone}")).await;
        // The view keeps the rows alive; dropping it frees them.
        self.remove(&latest)?;
        let counted = counted?;
        self.add_view(name, rows?)?;
        Ok((counted.by_file.iter().map(|(_, rows, gone)| rows - gone).sum(), counted))
    }

    async fn planned(&self, sql: &str) -> Result<Relation, EngineError> {
        let query = Query::parse(&SourceText::new("latest versions", sql), &Parameters::default());
        let query = query.map_err(|problems| {
            let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
            datafusion::error::DataFusionError::Plan(texts.join("\n"))
        })?;
        self.plan(&query).await
    }

    async fn counted(&self, gone: &str, file: &str, from: &str, of: &Versions<'_>) -> Result<Latest, EngineError> {
        let mut latest = Latest::default();
        let by_file = format!(
            "select {file}, count(*) as latest_rows, count(*) filter (where {gone}) as gone_rows from {from} group by {file}"
        );
        for numbers in self.numbers(&by_file).await? {
            let [file, rows, gone] = *numbers.as_slice() else {
                return Err(BrokenInvariant::new(format!("{} counts of a file, not 3", numbers.len())).into());
            };
            let file = usize::try_from(file).map_err(|_| BrokenInvariant::new(format!("file number {file}")))?;
            latest.by_file.push((file, rows, gone));
        }
        if !of.amount.is_empty() {
            latest.amount = Some(self.total(from, &of.amount).await?);
        }
        for column in &of.unique {
            let cell = quoted(column);
            let repeated = format!(
                "select count(*) as repeated_values from (
                    select {cell} from {from} where not {gone} and {cell} is not null group by {cell} having count(*) > 1
                ) as repeated"
            );
            let values = self.numbers(&repeated).await?.concat().iter().sum();
            latest.repeated.push(((*column).to_owned(), values));
        }
        Ok(latest)
    }

    /// The sum of the product of some columns, at their scales together; `None` beyond 128 bits. An empty cell makes a
    /// product of 0.
    async fn total(&self, from: &str, columns: &[&str]) -> Result<Option<i128>, EngineError> {
        let cells = columns.iter().enumerate().map(|(at, column)| format!("{} as factor_{at}", quoted(column)));
        let sql = format!("select {} from {from}", cells.collect::<Vec<_>>().join(", "));
        let relation = self.planned(&sql).await?;
        let mut stream = self.stream(&relation).await?;
        let mut total = Some(0_i128);
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                let factors = batch.columns().iter().map(|column| factor(column, row));
                let product = factors.collect::<Option<Vec<i128>>>();
                let product = product.map_or(Some(0), |all| all.into_iter().try_fold(1, i128::checked_mul));
                total = total.zip(product).and_then(|(total, product)| total.checked_add(product));
            }
        }
        Ok(total)
    }

    /// The rows of a counting query.
    async fn numbers(&self, sql: &str) -> Result<Vec<Vec<u64>>, EngineError> {
        let mut rows = Vec::new();
        for batch in self.collect_small(&self.planned(sql).await?).await? {
            let cell = |column: &ArrayRef, row| {
                let number = column.as_primitive::<Int64Type>().value(row);
                u64::try_from(number).map_err(|_| BrokenInvariant::new(format!("a count of {number}")))
            };
            for row in 0..batch.num_rows() {
                let cells = batch.columns().iter().map(|column| cell(column, row));
                rows.push(cells.collect::<Result<Vec<u64>, _>>()?);
            }
        }
        Ok(rows)
    }
}

/// A whole or decimal number; `None` for an empty cell.
fn factor(column: &ArrayRef, row: usize) -> Option<i128> {
    if column.is_null(row) {
        return None;
    }
    let whole = column.as_primitive_opt::<Int64Type>().map(|numbers| i128::from(numbers.value(row)));
    whole.or_else(|| column.as_primitive_opt::<Decimal128Type>().map(|numbers| numbers.value(row)))
}
