//! A parsed SQL query with its parameters filled in.

use std::ops::ControlFlow;

use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, Query as SqlQuery, SetExpr, Spanned, Statement as SqlStatement, TableAlias, TableFactor,
    Visit, VisitMut, Visitor, VisitorMut,
};

use super::{EngineError, Parameters, parameters};
use crate::diagnostics::{Problem, SourceText};

/// One query: a syntax tree and the tables it reads.
#[derive(Debug, Clone)]
pub struct Query {
    statement: Statement,
    tables: Vec<TableReference>,
}

/// A table that a query names, with the position where it is first mentioned (1-based, 0 if unknown).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableReference {
    /// The schema, if one is written.
    pub schema: Option<String>,
    /// The name as DataFusion resolves it.
    pub name: String,
    /// Line.
    pub line: usize,
    /// Column in characters.
    pub column: usize,
}

impl Query {
    /// Parses one query and fills in its parameters.
    ///
    /// # Errors
    /// Syntax errors, more than one statement, a statement that is not a query, unknown parameters. Each has a
    /// position.
    pub fn parse(source: &SourceText, parameters: &Parameters) -> Result<Self, Vec<Problem>> {
        let mut query = Self::unfilled(source)?;
        let Statement::Statement(inner) = &mut query.statement else { return Err(vec![not_a_query(source, "")]) };
        let problems = parameters::substitute(inner.as_mut(), parameters, source);
        if problems.is_empty() { Ok(query) } else { Err(problems) }
    }

    /// Parses one query and leaves its parameters as they are: it can be asked for its tables, and cannot be planned.
    ///
    /// # Errors
    /// As [`Self::parse`], but for unknown parameters.
    pub fn unfilled(source: &SourceText) -> Result<Self, Vec<Problem>> {
        let mut statements =
            DFParser::parse_sql(&source.text).map_err(|error| vec![EngineError::from(error).into_problem(source)])?;
        let (Some(statement), true) = (statements.pop_front(), statements.is_empty()) else {
            let (line, column) = second_statement(&source.text);
            let problem = Problem::new("expected exactly one query").at(source, line, column, 1);
            return Err(vec![problem.hint("write one `select` or `with … select`")]);
        };
        let Statement::Statement(inner) = &statement else {
            return Err(vec![not_a_query(source, &statement.to_string())]);
        };
        if !matches!(inner.as_ref(), SqlStatement::Query(_)) {
            return Err(vec![not_a_query(source, &statement.to_string())]);
        }
        if makes_a_table(inner) {
            return Err(vec![not_a_query(source, "into")]);
        }
        if let Some((line, column)) = sample_of(inner) {
            let problem = Problem::new("`tablesample` is not supported: all rows would be read");
            let hint = "compare a hash of the key, or use `limit`";
            return Err(vec![problem.at(source, line, column, 1).hint(hint)]);
        }
        if is_too_deep(inner) {
            let problem = Problem::new(format!("expressions are nested more than {MOST_NESTED} levels deep"));
            let hint = "planning would not finish: split the query, or list values instead of chaining operators";
            return Err(vec![problem.in_file(source).hint(hint)]);
        }
        let tables =
            table_references(&statement, inner_of(&statement)).map_err(|error| vec![error.into_problem(source)])?;
        Ok(Self { statement, tables })
    }

    /// Checks that a text is exactly one SQL expression. Parameters in it are not checked.
    ///
    /// # Errors
    /// Where the expression is incomplete, or where text follows it.
    pub fn is_expression(source: &SourceText) -> Result<(), Problem> {
        if source.text.trim().is_empty() {
            return Err(Problem::new("the expression is missing").at(source, 1, 1, 1));
        }
        let parsed = DFParser::parse_sql_into_expr(&source.text);
        parsed.map(|_| ()).map_err(|error| EngineError::from(error).into_problem(source))
    }

    pub(super) fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Lets the query read `table` where its text says `name`. A common table expression of that name stays.
    pub fn rename(&mut self, name: &str, table: &str) {
        let Some(reference) = self.tables.iter_mut().find(|reference| reference.name == name) else { return };
        table.clone_into(&mut reference.name);
        let Statement::Statement(inner) = &mut self.statement else { return };
        _ = VisitMut::visit(inner.as_mut(), &mut Renaming { name, table, shadows: 0 });
    }

    /// The tables the query reads by name, without its common table expressions.
    pub fn tables(&self) -> &[TableReference] {
        &self.tables
    }
}

/// Most levels of nested expressions in a query. A chain of operators adds one level per operator.
const MOST_NESTED: usize = 500;

/// Whether a query is a `select … into`.
fn makes_a_table(statement: &SqlStatement) -> bool {
    struct Into;

    fn has_into(body: &SetExpr) -> bool {
        match body {
            SetExpr::Select(select) => select.into.is_some(),
            SetExpr::SetOperation { left, right, .. } => has_into(left) || has_into(right),
            // Queries within are visited by themselves.
            _ => false,
        }
    }

    impl Visitor for Into {
        type Break = ();

        fn pre_visit_query(&mut self, query: &SqlQuery) -> ControlFlow<()> {
            if has_into(&query.body) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }

    statement.visit(&mut Into).is_break()
}

/// Where a table is read with `tablesample`, which the engine passes over.
fn sample_of(statement: &SqlStatement) -> Option<(usize, usize)> {
    struct Sampled;

    impl Visitor for Sampled {
        type Break = (usize, usize);

        fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<(usize, usize)> {
            match factor {
                TableFactor::Table { name, sample: Some(_), .. } => {
                    let start = name.span().start;
                    let place = |number: u64| usize::try_from(number).unwrap_or(0);
                    ControlFlow::Break((place(start.line), place(start.column)))
                }
                TableFactor::Derived { sample: Some(_), .. } => ControlFlow::Break((1, 1)),
                _ => ControlFlow::Continue(()),
            }
        }
    }

    statement.visit(&mut Sampled).break_value()
}

fn is_too_deep(statement: &SqlStatement) -> bool {
    struct Depth(usize);

    impl Visitor for Depth {
        type Break = ();

        fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
            self.0 += 1;
            if self.0 > MOST_NESTED { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }

        fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
            self.0 -= 1;
            ControlFlow::Continue(())
        }
    }

    statement.visit(&mut Depth(0)).is_break()
}

/// Position where text continues after the first semicolon, or the first character if nothing follows.
fn second_statement(text: &str) -> (usize, usize) {
    let Some(at) = text.find(';').filter(|at| !text[at + 1..].trim().is_empty()) else { return (1, 1) };
    let next = at + 1 + text[at + 1..].len() - text[at + 1..].trim_start().len();
    let before = &text[..next];
    (before.matches('\n').count() + 1, before.chars().rev().take_while(|c| *c != '\n').count() + 1)
}

fn not_a_query(source: &SourceText, statement: &str) -> Problem {
    let verb = statement.split_whitespace().next().unwrap_or_default().to_lowercase();
    let instead = if verb.is_empty() { String::new() } else { format!(", not `{verb}`") };
    let problem = Problem::new(format!("only a query is allowed here{instead}")).at(source, 1, 1, 1);
    problem.hint("write a `select`; lojal creates the table")
}

fn inner_of(statement: &Statement) -> Option<&SqlStatement> {
    match statement {
        Statement::Statement(inner) => Some(inner),
        _ => None,
    }
}

fn table_references(statement: &Statement, inner: Option<&SqlStatement>) -> Result<Vec<TableReference>, EngineError> {
    let (references, _ctes) = resolve_table_references(statement, true)?;
    let mut places = Places::default();
    if let Some(inner) = inner {
        let _ = inner.visit(&mut places);
    }
    let mut tables: Vec<TableReference> = references
        .into_iter()
        .map(|reference| {
            let name = reference.table().to_owned();
            let place = places.0.iter().find(|(seen, ..)| seen.eq_ignore_ascii_case(&name));
            let (line, column) = place.map_or((0, 0), |(_, line, column)| (*line, *column));
            let schema = match (reference.catalog(), reference.schema()) {
                (Some(catalog), Some(schema)) => Some(format!("{catalog}.{schema}")),
                (_, schema) => schema.map(str::to_owned),
            };
            TableReference { schema, name, line, column }
        })
        .collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tables)
}

#[derive(Default)]
struct Places(Vec<(String, usize, usize)>);

impl Visitor for Places {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        if let Some(name) = relation.0.last().and_then(|part| part.as_ident()) {
            let start = relation.span().start;
            let line = usize::try_from(start.line).unwrap_or(0);
            self.0.push((name.value.clone(), line, usize::try_from(start.column).unwrap_or(0)));
        }
        ControlFlow::Continue(())
    }
}

/// Puts one table in the place of another. The columns keep the qualifier that the text gives them.
struct Renaming<'a> {
    name: &'a str,
    table: &'a str,
    /// Queries around the current one with a common table expression of that name.
    shadows: usize,
}

impl Renaming<'_> {
    /// The position of the common table expression that has the name.
    fn own(&self, query: &SqlQuery) -> Option<usize> {
        let with = query.with.as_ref()?;
        with.cte_tables.iter().position(|cte| is_named(&cte.alias.name, self.name))
    }
}

impl VisitorMut for Renaming<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut SqlQuery) -> ControlFlow<()> {
        if let Some(own) = self.own(query) {
            // The expression itself, and those before it, still read the table.
            let before = query.with.iter_mut().flat_map(|with| &mut with.cte_tables).take(own + 1);
            if self.shadows == 0 {
                before.for_each(|cte| _ = VisitMut::visit(&mut cte.query, &mut Renaming { shadows: 0, ..*self }));
            }
            self.shadows += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut SqlQuery) -> ControlFlow<()> {
        self.shadows -= usize::from(self.own(query).is_some());
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if self.shadows == 0
            && let TableFactor::Table { name, alias, .. } = factor
            && let [part] = name.0.as_mut_slice()
            && let Some(ident) = part.as_ident().filter(|ident| is_named(ident, self.name)).cloned()
        {
            *name = ObjectName::from(vec![Ident { value: self.table.to_owned(), ..ident.clone() }]);
            alias.get_or_insert_with(|| TableAlias { explicit: true, name: ident, columns: Vec::new(), at: None });
        }
        ControlFlow::Continue(())
    }
}

/// Whether an identifier means a name: unquoted ones are lower-case.
fn is_named(ident: &Ident, name: &str) -> bool {
    if ident.quote_style.is_some() { ident.value == name } else { ident.value.to_lowercase() == name }
}

/// A name as a quoted SQL identifier.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Scalar;
    use crate::engine::Parameter;

    fn parse(sql: &str) -> Result<Query, Vec<Problem>> {
        let parameters =
            Parameters::from([("rate".to_owned(), Parameter::Scalar(Scalar::Decimal("11.35".to_owned())))]);
        Query::parse(&SourceText::new("m.sql", sql), &parameters)
    }

    #[test]
    fn tables_have_a_position_and_ctes_are_not_tables() {
        let query =
            parse("with a as (\n  select * from t\n)\nselect a.x * $rate as y from a\ninner join u on u.x = a.x")
                .unwrap();
        let names: Vec<_> = query.tables().iter().map(|t| (t.name.as_str(), t.line, t.column)).collect();
        assert_eq!(names, [("t", 2, 17), ("u", 5, 12)]);
    }

    #[test]
    fn a_table_is_renamed_and_a_cte_of_its_name_is_not() {
        let renamed = |sql: &str| {
            let mut query = parse(sql).unwrap();
            query.rename("t", "t_source");
            let tables: Vec<_> = query.tables().iter().map(|table| table.name.clone()).collect();
            let Statement::Statement(inner) = &query.statement else { panic!("not a query") };
            (inner.to_string(), tables)
        };
        let cte = renamed("with t as (select * from t) select t.x from t join u on u.x = t.x");
        let expected = "WITH t AS (SELECT * FROM t_source AS t) SELECT t.x FROM t JOIN u ON u.x = t.x";
        assert_eq!(cte, (expected.to_owned(), vec!["t_source".to_owned(), "u".to_owned()]));
        assert_eq!(renamed("select T.x from T").0, "SELECT T.x FROM t_source AS T");
        assert_eq!(renamed("select a.x from t a where exists (select 1 from t)").0, {
            "SELECT a.x FROM t_source a WHERE EXISTS (SELECT 1 FROM t_source AS t)"
        });
        let nested = renamed("select * from (with t as (select * from t) select x from t) m join t on true").0;
        let expected = "(WITH t AS (SELECT * FROM t_source AS t) SELECT x FROM t) m JOIN t_source AS t ON true";
        assert_eq!(nested, format!("SELECT * FROM {expected}"));
        assert_eq!(renamed("select x from u").0, "SELECT x FROM u");
    }

    #[test]
    fn an_unknown_parameter_has_a_position_and_a_suggestion() {
        let problems = parse("select 1 as x,\n  $rte as y").unwrap_err();
        assert_eq!((problems[0].line, problems[0].column), (2, 3));
        assert_eq!(problems[0].hint.as_deref(), Some("did you mean `rate`?"));
    }

    #[test]
    fn a_syntax_error_has_a_position() {
        let problems = parse("select a\nfrm t").unwrap_err();
        assert_eq!(problems[0].line, 2, "{problems:?}");
    }

    #[test]
    fn a_sample_is_refused() {
        let problem = parse("select x\nfrom t tablesample (10 percent)").unwrap_err().remove(0);
        assert_eq!((problem.line, problem.column), (2, 6));
        assert!(problem.message.contains("tablesample"), "{problem:?}");
        assert!(parse("select * from (select x from t tablesample bernoulli (10)) as s").is_err());
        assert!(parse("select * from (select x from t) as s tablesample (10 rows)").is_err());
    }

    #[test]
    fn a_query_nested_too_deeply_is_rejected() {
        let chain = vec!["1"; MOST_NESTED + 2].join(" + ");
        assert!(parse(&format!("select {chain} as x")).unwrap_err()[0].message.contains("nested"));
        let list = vec!["1"; 5000].join(", ");
        assert!(parse(&format!("select 1 in ({list}) as x")).is_ok());
    }

    #[test]
    fn only_one_query_is_allowed() {
        assert!(parse("select 1; select 2").is_err());
        for (sql, verb) in [
            ("drop table t", "drop"),
            ("select x into u from t", "into"),
            ("select 1 union (select 2 union select x into u from t)", "into"),
            ("select * from (select x into u from t) s", "into"),
        ] {
            let message = parse(sql).unwrap_err().remove(0).message;
            assert_eq!(message, format!("only a query is allowed here, not `{verb}`"), "{sql}");
        }
    }
}
