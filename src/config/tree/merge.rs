//! Merges a file over another: what it says takes precedence, anything it omits is inherited.
//!
//! Mappings merge key by key at any depth. An entry (a var, a source, a column, a model, …) that is `null` is
//! removed; an entry with `inherit: false` replaces the base's instead of merging with it. Rows of a lookup merge by
//! the lookup's key, checks by their kind, everything else is replaced.

use std::collections::{BTreeSet, HashMap};

use super::{Key, Node, Place, Plain, Value};
use crate::config::Texts;
use crate::diagnostics::{Problem, did_you_mean};

/// What merging found, in addition to the tree.
#[derive(Debug, Default)]
pub struct Merged {
    /// Sources that were removed: extracts that the company does not have.
    pub sources_out: BTreeSet<String>,
    /// Models that were removed, with their SQL files.
    pub models_out: BTreeSet<String>,
    /// SQL checks that were removed, with their SQL files.
    pub checks_out: BTreeSet<String>,
    /// Every domain of the project, for changes to the list of those that are on.
    pub domains: Vec<String>,
    /// Mistakes.
    pub problems: Vec<Problem>,
}

/// Rows that a merged lookup may have; the lookups of a pipeline may not have more together either.
const MOST_ROWS: usize = 10_000;

/// How a value merges with the base's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Named entries: `null` removes one, which must exist. The word is what messages call an entry.
    Entries(&'static str),
    /// Fixed keys.
    Block,
    /// One key that says which of several shapes follows.
    Choice,
    /// Rows of a lookup.
    Rows,
    /// Checks, known by their kind or name.
    Checks,
    /// A list of domains, or changes to it.
    Domains,
    /// Files of one language, of which the last wins word by word.
    Files,
    /// Everything else.
    Replace,
}

/// Named blocks at the top, with what messages call one of their entries.
const BLOCKS: [(&str, &str); 8] = [
    ("vars", "var"),
    ("sources", "source"),
    ("lookups", "lookup"),
    ("earlier_tables", "earlier table"),
    ("triggers", "trigger"),
    ("models", "model"),
    ("checks", "check"),
    ("needs", "needed domain"),
];

fn rule(path: &[&str]) -> Rule {
    match path {
        [] | ["publish" | "identity"] => Rule::Block,
        ["domains"] => Rule::Domains,
        [block] => match BLOCKS.iter().find(|(name, _)| name == block) {
            Some((_, word)) => Rule::Entries(word),
            None => Rule::Replace,
        },
        ["publish", "languages"] => Rule::Entries("language"),
        ["publish", "languages", _] => Rule::Files,
        ["identity", "keys"] => Rule::Entries("key"),
        ["vars", ..] => Rule::Replace,
        ["sources" | "lookups" | "earlier_tables" | "models", _, "columns"] => Rule::Entries("column"),
        ["triggers", _, "outcomes"] => Rule::Entries("outcome"),
        ["lookups", _, "complete"] => Rule::Entries("key column"),
        ["lookups", _, "rows"] => Rule::Rows,
        ["models", _, "checks"] | ["models", _, "columns", _, "checks"] => Rule::Checks,
        ["sources", _, "format"] => Rule::Choice,
        _ => Rule::Block,
    }
}

/// `own` over `base`.
pub fn over(base: Node, own: Node, texts: &Texts, merged: &mut Merged) -> Node {
    Merge { texts, merged }.values(base, own, &[])
}

struct Merge<'a> {
    texts: &'a Texts,
    merged: &'a mut Merged,
}

impl Merge<'_> {
    fn values(&mut self, base: Node, own: Node, path: &[&str]) -> Node {
        let kind = rule(path);
        match (kind, &base.value, &own.value) {
            (Rule::Entries(_) | Rule::Block, Value::Map(_), Value::Map(_)) => self.maps(base, own, path, kind),
            (Rule::Choice, Value::Map(before), Value::Map(after))
                if before.len() == 1 && after.len() == 1 && before[0].0.text == after[0].0.text =>
            {
                self.maps(base, own, path, Rule::Block)
            }
            (Rule::Checks, Value::List(_), Value::List(_)) => self.checks(base, own),
            (Rule::Rows, ..) => own,
            (Rule::Domains, Value::List(_), Value::Map(_)) => self.domains(base, own),
            (Rule::Files, ..) => files(base, own),
            _ => own,
        }
    }

    fn maps(&mut self, base: Node, own: Node, path: &[&str], kind: Rule) -> Node {
        let place = own.place;
        let base_place = base.place;
        let (Value::Map(mut entries), Value::Map(own)) = (base.value, own.value) else {
            return Node { place, value: Value::Null };
        };
        let is_lookup = matches!(path, ["lookups", _]);
        let own = if is_lookup { self.rows(&entries, own) } else { own };
        let names: Vec<String> = entries.iter().map(|(key, _)| key.text.clone()).collect();
        for (key, node) in own {
            if key.text == "inherit" && matches!(kind, Rule::Block) && may_inherit(path) {
                continue;
            }
            self.is_yes_or_no(path, &node);
            let found = entries.iter().position(|(found, _)| found.text == key.text);
            match (found, &node.value) {
                (Some(at), Value::Null) if removes(kind, &entries[at].1) => {
                    self.take_out(path, &key);
                    entries.remove(at);
                }
                (Some(at), _) => {
                    let (_, before) = entries.remove(at);
                    let node = if path == ["vars"] { self.var(&before, node, &key) } else { node };
                    let after = self.entry(before, node, path, &key);
                    entries.insert(at, (key, after));
                }
                (None, Value::Null) if self.is_sql_file(path, &key) => {}
                (None, Value::Null) if let Rule::Entries(word) = kind => self.absent(&key, word, &names),
                (None, _) if let Some(word) = incomplete(path, &node, &names) => {
                    let known: Vec<&str> = names.iter().map(String::as_str).collect();
                    let message = format!("the base has no {word} `{}`, and this is not a whole one", key.text);
                    let problem = self.problem(key.place, message).hint(did_you_mean(&key.text, &known));
                    self.merged.problems.push(problem);
                }
                (None, Value::List(_)) if rule(&[path, &[key.text.as_str()]].concat()) == Rule::Checks => {
                    let nothing = Node { place: node.place, value: Value::List(Vec::new()) };
                    let node = self.checks(nothing, node);
                    entries.push((key, node));
                }
                (None, _) => {
                    self.put_back(path, &key);
                    let node = if is_entry(path) { without_inherit(node) } else { node };
                    entries.push((key, node));
                }
            }
        }
        // A block that the own file adds to keeps the base's place if the own file has none.
        let place = if place.line == 0 { base_place } else { place };
        Node { place, value: Value::Map(entries) }
    }

    /// An entry over the base's of the same name.
    fn entry(&mut self, before: Node, node: Node, path: &[&str], key: &Key) -> Node {
        self.put_back(path, key);
        let replaces = matches!(node.get("inherit").map(|node| &node.value), Some(Value::Plain(Plain::Bool(false), _)));
        if replaces && is_entry(path) {
            return with_privacy(&before, without_inherit(node));
        }
        let mut deeper = path.to_vec();
        deeper.push(&key.text);
        self.values(before, node, &deeper)
    }

    /// `inherit` is true or false; anything else would be read as true.
    fn is_yes_or_no(&mut self, path: &[&str], node: &Node) {
        if let Some(inherit) = node.get("inherit").filter(|_| is_entry(path))
            && !matches!(inherit.value, Value::Plain(Plain::Bool(_), _))
        {
            let problem = self.problem(inherit.place, "expected true or false".to_owned());
            self.merged.problems.push(problem.hint("write `inherit: false` to replace the base's entry"));
        }
    }

    fn take_out(&mut self, path: &[&str], key: &Key) {
        match path {
            ["sources"] => drop(self.merged.sources_out.insert(key.text.clone())),
            ["models"] => drop(self.merged.models_out.insert(key.text.clone())),
            ["checks"] => drop(self.merged.checks_out.insert(key.text.clone())),
            _ => {}
        }
    }

    fn put_back(&mut self, path: &[&str], key: &Key) {
        match path {
            ["sources"] => drop(self.merged.sources_out.remove(&key.text)),
            ["models"] => drop(self.merged.models_out.remove(&key.text)),
            ["checks"] => drop(self.merged.checks_out.remove(&key.text)),
            _ => {}
        }
    }

    /// A model or check may be removed although no YAML file mentions it: it has a SQL file, or `plan` rejects the
    /// name.
    fn is_sql_file(&mut self, path: &[&str], key: &Key) -> bool {
        let is_model = path == ["models"];
        if is_model {
            self.take_out(path, key);
        }
        is_model
    }

    fn absent(&mut self, key: &Key, word: &str, names: &[String]) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let message = format!("the base has no {word} `{}` to remove", key.text);
        let problem = self.problem(key.place, message).hint(did_you_mean(&key.text, &names));
        self.merged.problems.push(problem);
    }

    fn problem(&self, place: Place, message: String) -> Problem {
        Problem::new(message).at(self.texts.file(place.file), place.line, place.column, place.length)
    }

    /// A var over the base's: of the same kind, or SQL would compare it with something else. A text stays a text.
    fn var(&mut self, before: &Node, own: Node, key: &Key) -> Node {
        match (&before.value, &own.value) {
            (Value::Text(_), Value::Plain(_, text)) => {
                let text = text.clone();
                return Node { place: own.place, value: Value::Text(text) };
            }
            (Value::Plain(Plain::Bool(_), _), Value::Plain(Plain::Bool(_), _))
            | (Value::Plain(Plain::Float(_), _), Value::Plain(Plain::Float(_) | Plain::Int(_), _))
            | (Value::Plain(Plain::Int(_), _), Value::Plain(Plain::Int(_), _))
            | (Value::Text(_), Value::Text(_)) => {}
            _ => {
                let known = before.text().unwrap_or("null").to_owned();
                let message = format!("the base's value of `{}` is of another kind ({known})", key.text);
                let hint = "keep whole numbers whole, texts in quotes, and true or false as they are";
                let problem = self.problem(own.place, message).hint(hint);
                self.merged.problems.push(problem);
            }
        }
        own
    }

    /// The own part of a lookup with the base's rows merged into its own, by the lookup's key.
    fn rows(&mut self, base: &[(Key, Node)], own: Vec<(Key, Node)>) -> Vec<(Key, Node)> {
        let named = |entries: &[(Key, Node)], name: &str| {
            entries.iter().find(|(key, _)| key.text == name).map(|(_, node)| node.clone())
        };
        let key_node = named(&own, "key").or_else(|| named(base, "key"));
        let key: Vec<String> =
            key_node.iter().flat_map(Node::items).filter_map(|n| n.text().map(str::to_owned)).collect();
        let first_match = named(&own, "first_match").or_else(|| named(base, "first_match"));
        let first_match = first_match.is_some_and(|node| node.text() == Some("true"));
        let base_rows = named(base, "rows");
        let own_rows = named(&own, "rows");
        let all = base_rows.iter().chain(&own_rows).flat_map(Node::items);
        if all.map(|row| count(row, &key)).fold(0, usize::saturating_add) > MOST_ROWS {
            let place = own_rows.map(|node| node.place).unwrap_or_default();
            let message = format!("the lookup has more than {MOST_ROWS} rows, each list expanded");
            let problem = self.problem(Place { length: 1, ..place }, message);
            self.merged
                .problems
                .push(problem.hint("a table of this size belongs in an extract: declare it as a source"));
            return own;
        }
        let known: Vec<String> = [base, own.as_slice()]
            .iter()
            .filter_map(|entries| named(entries, "columns"))
            .flat_map(|columns| columns.entries().iter().map(|(name, _)| name.text.clone()).collect::<Vec<_>>())
            .collect();
        // Where the first match wins, a row is judged as it is written: its lists stay.
        let apart = |row: &Node| if first_match { vec![row.clone()] } else { single(row, &key) };
        let mut rows: Vec<Node> = base_rows.iter().flat_map(Node::items).flat_map(apart).collect();
        let mut result = Vec::with_capacity(own.len());
        let mut changed = false;
        let mut place = base_rows.map(|node| node.place).unwrap_or_default();
        // Rows of the base are removed before own rows are added, in whichever order the two keys are written.
        for (_, node) in own.iter().filter(|(name, _)| name.text == "remove") {
            changed = true;
            self.remove(&mut rows, node, &known);
        }
        for (name, node) in own {
            match name.text.as_str() {
                "remove" => {}
                "rows" if matches!(node.value, Value::List(_)) => {
                    changed = true;
                    place = node.place;
                    let added: Vec<Node> = node.items().iter().flat_map(apart).collect();
                    rows = add_rows(rows, added, &key, first_match);
                }
                _ => result.push((name, node)),
            }
        }
        if changed {
            let key = Key { text: "rows".to_owned(), place };
            result.push((key, Node { place, value: Value::List(rows) }));
        }
        result
    }

    /// Removes the rows that have the cells of an item of `remove`.
    fn remove(&mut self, rows: &mut Vec<Node>, remove: &Node, columns: &[String]) {
        let shape = "expected a list of rows, each by the cells that identify it";
        let hint = "write `remove: [{ channel: sms }]`";
        if !matches!(remove.value, Value::List(_)) {
            let problem = self.problem(remove.place, shape.to_owned()).hint(hint);
            self.merged.problems.push(problem);
        }
        for wanted in remove.items() {
            let unknown = wanted.entries().iter().find(|(column, _)| !columns.contains(&column.text));
            if wanted.entries().is_empty() {
                let problem = self.problem(wanted.place, shape.to_owned()).hint(hint);
                self.merged.problems.push(problem);
                continue;
            }
            if let Some((column, _)) = unknown {
                let names: Vec<&str> = columns.iter().map(String::as_str).collect();
                let message = format!("the lookup has no column `{}`", column.text);
                let problem = self.problem(column.place, message).hint(did_you_mean(&column.text, &names));
                self.merged.problems.push(problem);
                continue;
            }
            let before = rows.len();
            let fits = |row: &Node| wanted.entries().iter().all(|(column, cell)| has_cell(row, &column.text, cell));
            rows.retain(|row| !fits(row));
            if rows.len() == before {
                let message = "the base has no row with these cells to remove".to_owned();
                let hint = "name the key columns of the row, such as `remove: [{ channel: sms }]`";
                let problem = self.problem(Place { length: 1, ..wanted.place }, message).hint(hint);
                self.merged.problems.push(problem);
            }
        }
    }

    fn checks(&mut self, base: Node, own: Node) -> Node {
        let mut checks: Vec<Node> = base.items().to_vec();
        for check in own.items() {
            if check.entries().len() > 1 {
                let problem = self.problem(check.place, "a list entry names exactly one check".to_owned());
                self.merged.problems.push(problem.hint("write each check as an item of its own"));
                continue;
            }
            let (name, taken_out) = check_name(check);
            let is_it = |other: &Node| {
                let known = check_name(other).0;
                known == name || (taken_out && known == format!("expression {name}"))
            };
            let found = checks.iter().position(is_it);
            match (found, taken_out) {
                (Some(at), true) => drop(checks.remove(at)),
                (Some(at), false) => {
                    if let Some(slot) = checks.get_mut(at) {
                        *slot = check.clone();
                    }
                }
                (None, true) => {
                    let known: Vec<String> = checks.iter().map(|check| check_name(check).0).collect();
                    let key = Key { text: name, place: check.place };
                    self.absent(&key, "check", &known);
                }
                (None, false) => checks.push(check.clone()),
            }
        }
        Node { place: own.place, value: Value::List(checks) }
    }

    /// `domains: { warranty: true, employees: false }` over a list.
    fn domains(&mut self, base: Node, own: Node) -> Node {
        let mut domains: Vec<Node> = base.items().to_vec();
        for (key, node) in own.entries() {
            let found = domains.iter().position(|domain| domain.text() == Some(&key.text));
            match (&node.value, found) {
                (Value::Plain(Plain::Bool(true), _), None) => {
                    domains.push(Node { place: key.place, value: Value::Text(key.text.clone()) });
                }
                (Value::Plain(Plain::Bool(true), _), Some(_)) => {}
                (Value::Plain(Plain::Bool(false), _) | Value::Null, Some(at)) => drop(domains.remove(at)),
                (Value::Plain(Plain::Bool(false), _) | Value::Null, None)
                    if self.merged.domains.contains(&key.text) => {}
                (Value::Plain(Plain::Bool(false), _) | Value::Null, None) => {
                    let known = self.merged.domains.clone();
                    self.absent(key, "domain", &known);
                }
                _ => {
                    let problem = self.problem(node.place, "expected true (on) or false (off)".to_owned());
                    self.merged.problems.push(problem.hint("write `domains: { name: true }`"));
                }
            }
        }
        Node { place: own.place, value: Value::List(domains) }
    }
}

/// What to call an entry that the base does not have and that lacks what a new one needs: a misspelt name.
fn incomplete(path: &[&str], node: &Node, names: &[String]) -> Option<&'static str> {
    let (word, needed) = match path {
        ["sources"] => ("source", "path"),
        ["lookups"] => ("lookup", "columns"),
        ["triggers"] => ("trigger", "from"),
        ["earlier_tables"] => ("earlier table", "table"),
        ["models", _, "columns"] => ("column", "description"),
        _ => return None,
    };
    (!names.is_empty() && matches!(node.value, Value::Map(_)) && node.get(needed).is_none()).then_some(word)
}

/// Whether `null` removes a value, rather than being the value.
fn removes(kind: Rule, before: &Node) -> bool {
    matches!(kind, Rule::Entries(_)) || matches!(before.value, Value::Map(_) | Value::List(_))
}

/// Whether the mapping at a path is an entry of a named block.
fn may_inherit(path: &[&str]) -> bool {
    path.split_last().is_some_and(|(_, above)| is_entry(above))
}

/// Whether entries of the mapping at a path may have `inherit: false`.
fn is_entry(path: &[&str]) -> bool {
    matches!(path, ["sources" | "lookups" | "earlier_tables" | "triggers" | "models"])
        || matches!(path, [_, _, "columns"])
}

fn without_inherit(node: Node) -> Node {
    match node.value {
        Value::Map(mut entries) => {
            entries.retain(|(key, _)| key.text != "inherit");
            Node { place: node.place, value: Value::Map(entries) }
        }
        value => Node { place: node.place, value },
    }
}

/// A replaced entry stays as private as the base's unless it says otherwise: `restricted` of a model, `personal` of the
/// columns of a source.
fn with_privacy(before: &Node, own: Node) -> Node {
    let mut own = own;
    if let Value::Map(entries) = &mut own.value {
        for word in ["restricted", "personal"] {
            let kept = before.entries().iter().find(|(key, _)| key.text == word);
            let kept = kept.filter(|_| !entries.iter().any(|(key, _)| key.text == word));
            entries.extend(kept.cloned());
        }
        if let Some((_, columns)) = entries.iter_mut().find(|(key, _)| key.text == "columns")
            && let Value::Map(columns) = &mut columns.value
            && let Some(known) = before.get("columns")
        {
            for (name, column) in columns {
                if let Some(before) = known.get(&name.text) {
                    *column = with_privacy(before, column.clone());
                }
            }
        }
    }
    own
}

/// Files of a language: the base's, then the own one.
fn files(base: Node, own: Node) -> Node {
    let listed = |node: Node| match node.value {
        Value::List(items) => items,
        _ => vec![node],
    };
    let place = own.place;
    let mut all = listed(base);
    all.extend(listed(own));
    Node { place, value: Value::List(all) }
}

/// A row with every list in its key columns expanded.
fn single(row: &Node, key: &[String]) -> Vec<Node> {
    let mut rows = vec![row.clone()];
    for column in key {
        let Some(cell) = row.get(column).cloned() else { continue };
        // An empty list makes no row: it stays, and the check of the lookup reports it.
        if cell.items().is_empty() {
            continue;
        }
        let apart =
            |row: &Node| -> Vec<Node> { cell.items().iter().map(|value| with_cell(row, column, value)).collect() };
        rows = rows.iter().flat_map(apart).collect();
    }
    rows
}

/// How many rows a row is, each list in its key columns expanded.
fn count(row: &Node, key: &[String]) -> usize {
    let lists = key.iter().filter_map(|column| row.get(column)).map(|cell| cell.items().len().max(1));
    lists.fold(1, usize::saturating_mul)
}

fn with_cell(row: &Node, column: &str, value: &Node) -> Node {
    let mut row = row.clone();
    if let Value::Map(entries) = &mut row.value
        && let Some((_, cell)) = entries.iter_mut().find(|(key, _)| key.text == column)
    {
        *cell = value.clone();
    }
    row
}

fn has_cell(row: &Node, column: &str, cell: &Node) -> bool {
    let cell_of_row = row.get(column);
    if let Some(Value::List(values)) = cell_of_row.map(|cell| &cell.value) {
        let texts = |items: &[Node]| items.iter().map(|item| item.text().map(str::to_owned)).collect::<Vec<_>>();
        return texts(values) == texts(cell.items());
    }
    let found = cell_of_row.and_then(Node::text);
    match &cell.value {
        Value::List(items) => items.iter().any(|item| item.text() == found),
        _ => cell.text() == found,
    }
}

/// The base's rows with the own ones, which replace a row of the same key or are added at the end. If the first match
/// wins, the own rows come first.
fn add_rows(base: Vec<Node>, own: Vec<Node>, key: &[String], first_match: bool) -> Vec<Node> {
    if first_match {
        return own.into_iter().chain(base).collect();
    }
    let cells = |row: &Node| -> Vec<Option<String>> {
        key.iter().map(|column| row.get(column).and_then(Node::text).map(str::to_owned)).collect()
    };
    let mut rows = base;
    let places: HashMap<_, _> = rows.iter().enumerate().map(|(at, row)| (cells(row), at)).collect();
    for row in own {
        // Two own rows of one key are a mistake that the check of the lookup reports.
        let found = places.get(&cells(&row)).copied();
        let taken = found.filter(|at| rows.get(*at).is_some_and(|found| found.place.file != row.place.file));
        match taken.and_then(|at| rows.get_mut(at)) {
            Some(slot) => *slot = row,
            None => rows.push(row),
        }
    }
    rows
}

/// The kind of a check with the name of an expression, and whether the entry removes it.
fn check_name(check: &Node) -> (String, bool) {
    match check.entries() {
        [(key, node)] => {
            let name = node.get("name").and_then(Node::text);
            let full = name.map_or_else(|| key.text.clone(), |name| format!("{} {name}", key.text));
            (full, matches!(node.value, Value::Null))
        }
        _ => (check.text().unwrap_or_default().to_owned(), false),
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
