//! Column names from several header lines: of a text file, or of a sheet whose upper cells are merged.

use crate::config::NamesFrom;

/// The names of the columns, from the cells of the header lines.
///
/// Joined names have the texts of a column from top to bottom, with a space between them. A cell that spans columns has
/// its text in the first of them: an empty cell of an upper line therefore has the text to its left, up to where a line
/// above begins something new. A cell that spans lines down to the last one names its column alone.
pub(crate) fn column_names(lines: Vec<Vec<String>>, from: NamesFrom) -> Vec<String> {
    let width = lines.iter().map(Vec::len).max().unwrap_or_default();
    let chosen = match from {
        NamesFrom::First => lines.into_iter().next(),
        NamesFrom::Last => lines.into_iter().last(),
        NamesFrom::All => {
            let lines: Vec<Vec<String>> = lines.iter().map(|line| trimmed(line, width)).collect();
            let filled: Vec<Vec<String>> = (0..lines.len()).map(|line| filled(&lines, line)).collect();
            return (0..width).map(|column| joined(&filled, column)).collect();
        }
    };
    let mut names = trimmed(&chosen.unwrap_or_default(), 0);
    names.resize(width, String::new());
    names
}

/// The cells without white space around them, at least `width` of them.
fn trimmed(line: &[String], width: usize) -> Vec<String> {
    let mut cells: Vec<String> = line.iter().map(|cell| cell.trim().to_owned()).collect();
    cells.resize(cells.len().max(width), String::new());
    cells
}

/// A line with the texts of its merged cells in each of their columns. The last line has no merged cells: it names single
/// columns.
fn filled(lines: &[Vec<String>], number: usize) -> Vec<String> {
    let (above, rest) = lines.split_at(number);
    let Some((line, below)) = rest.split_first() else { return Vec::new() };
    let has_text = |lines: &[Vec<String>], column: usize| lines.iter().any(|line| !line[column].is_empty());
    let mut spanning = String::new();
    let cells = line.iter().enumerate().map(|(column, cell)| {
        if !cell.is_empty() {
            spanning = if has_text(below, column) { cell.clone() } else { String::new() };
            return cell.clone();
        }
        if has_text(above, column) {
            spanning.clear();
        }
        // Nothing below it: the column has no name of its own that the text could belong to.
        if has_text(below, column) { spanning.clone() } else { String::new() }
    });
    cells.collect()
}

fn joined(lines: &[Vec<String>], column: usize) -> String {
    let texts: Vec<&str> = lines.iter().map(|line| line[column].as_str()).filter(|text| !text.is_empty()).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(lines: &[&str], from: NamesFrom) -> Vec<String> {
        let cells = |line: &&str| line.split('|').map(str::to_owned).collect();
        column_names(lines.iter().map(cells).collect(), from)
    }

    #[test]
    fn one_line_of_several_names_the_columns() {
        let lines = ["id| answer |", "Number|Your answer?|Note", "{a}|{b}|{c}"];
        assert_eq!(names(&lines, NamesFrom::First), ["id", "answer", ""]);
        assert_eq!(names(&lines, NamesFrom::Last), ["{a}", "{b}", "{c}"]);
        assert_eq!(names(&["id", "x|y"], NamesFrom::First), ["id", ""]);
        assert!(column_names(Vec::new(), NamesFrom::First).is_empty());
    }

    #[test]
    fn merged_cells_name_all_of_their_columns() {
        let lines = ["Customer||Satisfaction 2025|||Note", "no|city|delivery| price |support|"];
        assert_eq!(
            names(&lines, NamesFrom::All),
            [
                "Customer no",
                "Customer city",
                "Satisfaction 2025 delivery",
                "Satisfaction 2025 price",
                "Satisfaction 2025 support",
                "Note"
            ]
        );
    }

    #[test]
    fn a_cell_over_all_lines_does_not_name_its_neighbour() {
        assert_eq!(names(&["Id||Score|", "|day|q1|q2"], NamesFrom::All), ["Id", "day", "Score q1", "Score q2"]);
    }

    #[test]
    fn a_group_ends_where_the_line_above_begins_another() {
        let lines = ["2024|||2025||", "Q1||Q2|||Q2", "a|b|a|a|b|a"];
        assert_eq!(
            names(&lines, NamesFrom::All),
            ["2024 Q1 a", "2024 Q1 b", "2024 Q2 a", "2025 a", "2025 b", "2025 Q2 a"]
        );
    }

    #[test]
    fn lines_of_different_lengths_and_empty_columns_are_kept_in_place() {
        assert_eq!(names(&["A", "x|y", "1"], NamesFrom::All), ["A x 1", "A y"]);
        assert_eq!(names(&["A||", "x||z"], NamesFrom::All), ["A x", "", "A z"]);
    }
}
