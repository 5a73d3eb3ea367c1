//! The SQL expressions of triggers: parsed and planned one by one, and combined into the model `trigger_hits`.

use arrow::datatypes::DataType;
use chrono_tz::Tz;

use crate::config::{Located, Named, Texts, TriggerFile};
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::engine::quoted;
use crate::engine::{Engine, EngineError, Parameters, Query};
use crate::plan::relations::unrepeatable;

/// What an expression defines for a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Whether it fires.
    When,
    /// When it became true.
    At,
    /// Why it fired.
    Reason,
}

/// An expression as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expression<'a> {
    pub(super) role: Role,
    pub(super) sql: &'a Located<String>,
}

impl Expression<'_> {
    /// Reports what is wrong with it by itself: syntax, nesting, unknown `$names`.
    pub(super) fn parse(&self, texts: &Texts, parameters: &Parameters) -> Vec<Problem> {
        let own = SourceText::new("expression", self.sql.value.as_str());
        // By itself first: put into a query, `a) or (b` would pass for an expression, and `a; b` for two queries.
        if let Err(problem) = Query::is_expression(&own) {
            let hint = match self.role {
                Role::When => "write one condition, as after `where`",
                Role::At => "write one expression that yields a timestamp or a date",
                Role::Reason => "write one expression that yields text",
            };
            return vec![self.placed(problem, 0, texts).hint(hint)];
        }
        match Query::parse(&self.query("t"), parameters) {
            Ok(_) => Vec::new(),
            Err(found) => found.into_iter().map(|problem| self.placed(problem, LINES_ABOVE, texts)).collect(),
        }
    }

    /// Reports tables in its subqueries that do not exist.
    pub(super) fn unknown_tables(
        &self,
        from: &Located<String>,
        texts: &Texts,
        known: &[&str],
        parameters: &Parameters,
    ) -> Vec<Problem> {
        self.refused_tables(from, texts, parameters, |table| {
            let hint = did_you_mean(table, known);
            (!known.contains(&table)).then(|| (format!("there is no table `{table}`"), hint))
        })
    }

    /// Reports tables in its subqueries, apart from `from`, for which `refuse` has a message and a hint.
    pub(super) fn refused_tables(
        &self,
        from: &Located<String>,
        texts: &Texts,
        parameters: &Parameters,
        refuse: impl Fn(&str) -> Option<(String, String)>,
    ) -> Vec<Problem> {
        // It was parsed before.
        let Ok(query) = Query::parse(&self.query(&from.value), parameters) else { return Vec::new() };
        let tables = query.tables().iter().filter(|table| table.name != from.value);
        tables
            .filter_map(|table| {
                let (message, hint) = refuse(&table.name)?;
                let placed = Problem { line: table.line, column: table.column, ..Problem::new(message) };
                let placed = self.placed(placed, LINES_ABOVE, texts).hint(hint);
                Some(Problem { length: table.name.chars().count(), ..placed })
            })
            .collect()
    }

    /// Plans it against the model `from` and reports what is wrong: columns, functions, types.
    pub(super) async fn plan(
        &self,
        from: &Located<String>,
        texts: &Texts,
        parameters: &Parameters,
        engine: &Engine,
    ) -> Vec<Problem> {
        let sql = self.query(&from.value);
        let query = match Query::parse(&sql, parameters) {
            Ok(query) => query,
            Err(found) => return found.into_iter().map(|problem| self.placed(problem, LINES_ABOVE, texts)).collect(),
        };
        let planned = async {
            let relation = engine.plan(&query).await?;
            let schema = engine.verify_expression(&relation)?;
            Ok::<_, EngineError>((relation, schema))
        };
        let (relation, schema) = match planned.await {
            Ok(planned) => planned,
            // An aggregate combines all rows into one, so customer_key cannot be selected next to it.
            Err(error) if error.to_string().contains("GROUP BY") => {
                let problem = Problem::new("an aggregate is not allowed here: a trigger looks at one row at a time");
                let hint = "count or sum in a model of its own, and name that model under `from`";
                return vec![self.placed(problem, LINES_ABOVE, texts).hint(hint)];
            }
            Err(error) => return vec![self.placed(error.into_problem(&sql), LINES_ABOVE, texts)],
        };
        if let Some(name) = unrepeatable(&relation) {
            let (line, column, length) = sql.call_of(&name).unwrap_or((0, 0, 1));
            let problem = Problem::new(format!("{name}() gives another value in every run"));
            let placed = self.placed(Problem { line, column, ..problem }, LINES_ABOVE, texts);
            return vec![Problem { length, ..placed }.hint("take $as_of or $as_of_end for the time")];
        }
        let found = schema.fields().last().map_or(DataType::Null, |field| field.data_type().clone());
        let (fits, wanted) = match self.role {
            Role::When => (found == DataType::Boolean, "true or false"),
            Role::At => (matches!(found, DataType::Date32 | DataType::Timestamp(..)), "a timestamp or a date"),
            Role::Reason => (matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View), "text"),
        };
        if fits {
            return Vec::new();
        }
        let message = format!("this yields {found}, and {wanted} is needed");
        let hint = match self.role {
            Role::When => "write a condition, as after `where`",
            Role::At => "name a column with the time when it became true, or omit `at`",
            Role::Reason => "cast(x as varchar) converts",
        };
        vec![self.placed(Problem::new(message), LINES_ABOVE, texts).hint(hint)]
    }

    /// The expression as the last column of a query, on lines of its own.
    fn query(&self, from: &str) -> SourceText {
        let from = quoted(from);
        SourceText::new("expression", format!("select customer_key,\n(\n{}\n) as value from {from}", self.sql.value))
    }

    /// A problem in a text where the expression follows so many lines, at its place in the pipeline file.
    fn placed(&self, problem: Problem, lines_above: usize, texts: &Texts) -> Problem {
        let own = SourceText::new("expression", self.sql.value.as_str());
        let file = texts.file(self.sql.file);
        let line = problem.line.saturating_sub(lines_above);
        let (line, column) = if problem.line == 0 || line == 0 || line > own.text.lines().count() {
            (self.sql.line, self.sql.column)
        } else {
            let before = own.text.get(..own.offset(line, problem.column)).unwrap_or_default();
            self.sql.place_of(&file.text, before.chars().count())
        };
        Problem { line, column, source: Some(file.clone()), ..problem }
            .or_hint("write an expression over the columns of the model that `from` names")
    }
}

/// Lines above the expression in [`Expression::query`].
const LINES_ABOVE: usize = 2;

/// The SQL of `trigger_hits`; its expressions were checked before.
pub(super) fn hits(typed: &Named<TriggerFile>, zone: Tz) -> String {
    let mut sql =
        "-- Grain: trigger x customer for whom it fires as of $as_of. Made from the block `triggers`.\n".to_owned();
    for (number, (name, trigger)) in typed.iter().enumerate() {
        if number > 0 {
            sql.push_str("\nunion all\n");
        }
        sql.push_str(&branch(&name.value, trigger, zone));
    }
    if typed.is_empty() {
        sql.push_str(NO_HITS);
    }
    sql
}

const NO_HITS: &str = "
select
    '' as trigger,
    '' as customer_key,
    arrow_cast($as_of_end, 'Timestamp(Microsecond, Some(\"UTC\"))') as triggered_at,
    '' as reason
where false
";

/// One trigger's rows: the latest of each customer for whom the condition is true.
fn branch(name: &str, trigger: &TriggerFile, zone: Tz) -> String {
    let text = |value: &str| format!("'{}'", value.replace('\'', "''"));
    let at = trigger.at.as_ref().map_or_else(|| "$as_of".to_owned(), |at| at.value.clone());
    let description = trigger.description.split_whitespace().collect::<Vec<_>>().join(" ");
    let reason = trigger.reason.as_ref().map_or_else(|| text(&description), |reason| reason.value.clone());
    let instant = |value: &str| format!("arrow_cast({value}, 'Timestamp(Microsecond, Some(\"UTC\"))')");
    // A date is its first instant in the zone.
    let first_instant = |day: &str| format!("start_of_day({day}, {zone})", zone = text(zone.name()));
    format!(
        "
select
    {trigger} as trigger,
    latest.customer_key,
    latest.triggered_at,
    latest.reason
from (
    select
        arrow_cast(fired.customer_key, 'Utf8') as customer_key,
        fired.triggered_at,
        fired.reason,
        row_number() over (
            partition by fired.customer_key
            order by fired.triggered_at desc, fired.reason asc
        ) as newest
    from (
        select
            found.customer_key,
            coalesce(
                case
                    when arrow_typeof(found.happened_at) = 'Date32'
                        then {happened_at}
                    else {as_instant}
                end,
                {as_of}
            ) as triggered_at,
            coalesce(arrow_cast(found.reason, 'Utf8'), {description}) as reason
        from (
            select
                customer_key,
                (
{when}
                ) as fires,
                (
{at}
                ) as happened_at,
                (
{reason}
                ) as reason
            from {from}
        ) as found
        where found.fires and found.customer_key is not null
    ) as fired
) as latest
where latest.newest = 1
",
        trigger = text(name),
        happened_at = first_instant("cast(found.happened_at as date)"),
        as_instant = instant("found.happened_at"),
        as_of = first_instant("$as_of"),
        description = text(&description),
        when = trigger.when.value,
        from = quoted(&trigger.from.value),
    )
}
