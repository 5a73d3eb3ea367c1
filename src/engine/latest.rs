//! Of rows that are versions of one another, the latest.

use std::sync::Arc;

use datafusion::catalog::TableProvider;

use super::{Engine, EngineError, Parameters, Query, Relation};
use crate::diagnostics::SourceText;
use crate::extract::VERSION_COLUMNS;
use crate::plan::quoted;

/// How many latest rows a file gave: number of the file, rows, and how many of them say that their key is gone.
pub type LatestCounts = Vec<(usize, u64, u64)>;

impl Engine {
    /// Puts the latest row of each key in reach as table `name`, without keys that are gone. Sorts, so that any number of
    /// rows needs bounded memory. Returns the number of rows and what each file gave.
    ///
    /// # Errors
    /// What the scan runs into, or a full disk.
    pub async fn keep_latest(
        &self,
        name: &str,
        versions: Arc<dyn TableProvider>,
        key: &[&str],
        version: Option<&str>,
    ) -> Result<(u64, LatestCounts), EngineError> {
        // The name under which the latest versions are kept while they are counted; each source spills into its own folder.
        let latest = format!("lojal_latest_{name}");
        let from = quoted(&latest);
        let [day, gone, hash, file] = VERSION_COLUMNS.map(quoted);
        let schema = versions.schema();
        let declared = schema.fields().iter().map(|field| field.name().as_str());
        let declared: Vec<String> = declared.filter(|name| !VERSION_COLUMNS.contains(name)).map(quoted).collect();
        let declared = declared.join(", ");
        let key = key.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        let version = version.map(|column| format!("{} desc nulls last, ", quoted(column))).unwrap_or_default();
        // Where version and day are equal, neither row is later: the hash makes it the same one every time.
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
        let counted = self.counted(&gone, &file, &from).await;
        let rows = self.planned(&format!("select {declared} from {from} where not {gone}")).await;
        // The view holds on to the rows; when it goes, they go.
        self.remove(&latest)?;
        let counted = counted?;
        self.add_view(name, rows?)?;
        Ok((counted.iter().map(|(_, rows, gone)| rows - gone).sum(), counted))
    }

    async fn planned(&self, sql: &str) -> Result<Relation, EngineError> {
        let query = Query::parse(&SourceText::new("latest versions", sql), &Parameters::default());
        let query = query.map_err(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            datafusion::error::DataFusionError::Plan(told.join("\n"))
        })?;
        self.plan(&query).await
    }

    async fn counted(&self, gone: &str, file: &str, from: &str) -> Result<LatestCounts, EngineError> {
        use arrow::array::AsArray;
        use arrow::datatypes::Int64Type;
        let sql = format!(
            "select {file}, count(*) as latest_rows, count(*) filter (where {gone}) as gone_rows
            from {from} group by {file}"
        );
        let mut counts = Vec::new();
        for batch in self.collect_small(&self.planned(&sql).await?).await? {
            let number = |column: usize, row: usize| batch.column(column).as_primitive::<Int64Type>().value(row);
            counts.extend((0..batch.num_rows()).filter_map(|row| {
                let file = usize::try_from(number(0, row)).ok()?;
                Some((file, u64::try_from(number(1, row)).ok()?, u64::try_from(number(2, row)).ok()?))
            }));
        }
        Ok(counts)
    }
}
