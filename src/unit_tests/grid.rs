//! Rows as they are written in a test: as YAML, or as CSV in a text or a fixture. Each cell knows its place.

use super::text::Text;
use crate::config::{Cell, Located, Named, Place, Texts};
use crate::diagnostics::Problem;

/// A cell as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    Null,
    Text(String),
    List(Vec<Option<String>>),
}

/// Where something is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot {
    /// A value of the YAML file.
    Yaml(Place),
    /// Characters of a text, counted from 0.
    Text { at: usize, length: usize },
}

/// Rows as written: every row has a cell for every column.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) columns: Vec<(String, Spot)>,
    pub(super) rows: Vec<Vec<(Written, Spot)>>,
    /// The text that spots count in; none for YAML.
    pub(super) text: Option<Text>,
}

impl Grid {
    /// A problem at a spot.
    pub(super) fn problem(&self, spot: Spot, texts: &Texts, message: impl Into<String>) -> Problem {
        match (spot, &self.text) {
            (Spot::Yaml(Place { file, line, column, length }), _) => {
                texts.place(&Located { value: (), file, line, column, length }, length, message)
            }
            (Spot::Text { at, length }, Some(text)) => text.problem(at, length, message),
            (Spot::Text { .. }, None) => Problem::new(message),
        }
    }

    /// The rows of a YAML list. A column that a row leaves out is null, or a mistake if rows must be complete.
    pub(super) fn of_list(
        rows: &[Located<Named<Located<Cell>>>],
        must_be_complete: bool,
        texts: &Texts,
    ) -> Result<Self, Vec<Problem>> {
        let mut columns: Vec<(String, Spot)> = Vec::new();
        for name in rows.iter().flat_map(|row| row.value.keys()) {
            if !columns.iter().any(|(column, _)| *column == name.value) {
                columns.push((name.value.clone(), yaml(name)));
            }
        }
        let mut problems = Vec::new();
        let mut cells = Vec::with_capacity(rows.len());
        for row in rows {
            let mut of_row = Vec::with_capacity(columns.len());
            for (column, _) in &columns {
                match row.value.get(column.as_str()) {
                    Some(cell) => of_row.push((written(&cell.value), yaml(cell))),
                    None if must_be_complete => {
                        let problem = texts.place(row, 1, format!("the row has no `{column}`, and another row does"));
                        problems.push(problem.hint(format!("add `{column}: null` if it must be null")));
                    }
                    None => of_row.push((Written::Null, yaml(row))),
                }
            }
            cells.push(of_row);
        }
        if problems.is_empty() { Ok(Self { columns, rows: cells, text: None }) } else { Err(problems) }
    }

    /// The rows of a CSV text with a header. An empty field is null; in quotes it is an empty text.
    pub(super) fn of_csv(text: Text) -> Result<Self, Problem> {
        let mut records = records(&text)?.into_iter();
        let Some(header) = records.next() else {
            let problem = text.problem(0, 1, "the CSV has no header");
            return Err(problem.hint("write the names of the columns in the first line"));
        };
        let mut columns: Vec<(String, Spot)> = Vec::with_capacity(header.len());
        for Field { text: name, at, length, .. } in header {
            if name.is_empty() || columns.iter().any(|(column, _)| *column == name) {
                let message = if name.is_empty() {
                    "a column has no name".to_owned()
                } else {
                    format!("the column `{name}` is there twice")
                };
                return Err(text.problem(at, length, message).hint("name each column once"));
            }
            columns.push((name, Spot::Text { at, length }));
        }
        let mut rows = Vec::new();
        for record in records {
            if record.len() != columns.len() {
                let first = record.first().map_or(0, |field| field.at);
                let message = format!("the row has {} cells, and the header {}", record.len(), columns.len());
                return Err(text.problem(first, 1, message).hint("write a value that has a comma in double quotes"));
            }
            let cells = record.into_iter().map(|field| {
                let spot = Spot::Text { at: field.at, length: field.length };
                let is_null = field.text.is_empty() && !field.is_quoted;
                (if is_null { Written::Null } else { Written::Text(field.text) }, spot)
            });
            rows.push(cells.collect());
        }
        Ok(Self { columns, rows, text: Some(text) })
    }
}

fn yaml<T>(value: &Located<T>) -> Spot {
    Spot::Yaml(Place { file: value.file, line: value.line, column: value.column, length: value.length })
}

fn written(cell: &Cell) -> Written {
    let text = |at: usize| cell.values.get(at).and_then(|value| value.text()).map(str::to_owned);
    match cell.is_list {
        true => Written::List((0..cell.values.len()).map(text).collect()),
        false => text(0).map_or(Written::Null, Written::Text),
    }
}

/// A field of a record, with its characters in the text.
#[derive(Debug, Default)]
struct Field {
    text: String,
    is_quoted: bool,
    at: usize,
    length: usize,
}

/// The records of a CSV text. A line break at its end begins no record.
fn records(text: &Text) -> Result<Vec<Vec<Field>>, Problem> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = Field::default();
    let mut letters = text.source.text.chars().enumerate().peekable();
    let mut is_in_quotes = false;
    let mut end = 0;
    while let Some((at, letter)) = letters.next() {
        end = at + 1;
        match letter {
            '"' if is_in_quotes && letters.next_if(|(_, next)| *next == '"').is_some() => field.text.push('"'),
            '"' if is_in_quotes => is_in_quotes = false,
            '"' if field.text.is_empty() && !field.is_quoted => (is_in_quotes, field.is_quoted) = (true, true),
            ',' if !is_in_quotes => {
                field.length = at - field.at;
                record.push(std::mem::replace(&mut field, Field { at: at + 1, ..Field::default() }));
            }
            '\n' if !is_in_quotes => {
                field.length = at - field.at;
                let field = std::mem::replace(&mut field, Field { at: at + 1, ..Field::default() });
                record.push(field);
                records.push(std::mem::take(&mut record));
            }
            '\r' if !is_in_quotes && letters.peek().is_some_and(|(_, next)| *next == '\n') => {}
            _ if field.is_quoted && !is_in_quotes => {
                return Err(text
                    .problem(at, 1, "text follows the closing quote")
                    .hint("write \"\" for a quote inside"));
            }
            letter => field.text.push(letter),
        }
    }
    if is_in_quotes {
        return Err(text.problem(field.at, 1, "this quote is never closed").hint("write \"\" for a quote inside"));
    }
    if field.at < end || !record.is_empty() {
        field.length = end - field.at;
        record.push(field);
        records.push(record);
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::SourceText;

    fn csv(text: &str) -> Result<Grid, Problem> {
        Grid::of_csv(Text::of_file(SourceText::new("rows.csv", text)))
    }

    #[test]
    fn an_empty_field_is_null_and_in_quotes_an_empty_text() {
        let grid = csv("a,b,c\n1,,\"\"\r\n\"x, \"\"y\"\"\nz\",2,3").unwrap();
        let text = |text: &str| Written::Text(text.to_owned());
        let rows: Vec<Vec<Written>> =
            grid.rows.iter().map(|row| row.iter().map(|(cell, _)| cell.clone()).collect()).collect();
        assert_eq!(rows[0], [text("1"), Written::Null, text("")]);
        assert_eq!(rows[1], [text("x, \"y\"\nz"), text("2"), text("3")]);
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn a_blank_line_is_null_in_a_single_column_and_a_mistake_among_several() {
        assert_eq!(csv("a\n\n1\n").unwrap().rows.len(), 2);
        assert_eq!(csv("a,b\n1,\n").unwrap().rows.len(), 1);
        assert_eq!(csv("a,b\n1,").unwrap().rows.len(), 1);
        assert_eq!(csv("a,b\n\n1,2\n").unwrap_err().line, 2);
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, line, column) in [
            ("a,b\n1\n", 2, 1),
            ("a,a\n", 1, 3),
            ("a,\n", 1, 3),
            ("a\n\"x\n", 2, 1),
            ("a\n\"x\"y\n", 2, 4),
            ("\n", 1, 1),
        ] {
            let problem = csv(text).unwrap_err();
            assert_eq!((problem.line, problem.column), (line, column), "{text:?}: {problem}");
        }
    }
}
