//! `--select` and `--exclude`, the way dbt writes them: `model`, `+model`, `model+`, `+model+`, `tag:word`, `domain:name`.

use std::collections::BTreeSet;

use super::graph::{Reads, ancestors, descendants};
use crate::diagnostics::{Problem, did_you_mean};

/// What can be selected.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) tags: Vec<String>,
    pub(super) domain: Option<String>,
}

/// The selection on the command line; empty means everything.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Union of what to include.
    pub select: Vec<String>,
    /// Removed from that.
    pub exclude: Vec<String>,
}

impl Selection {
    /// The names of `nodes` that are selected.
    pub(super) fn resolve(&self, reads: &Reads, nodes: &[Node]) -> Result<BTreeSet<String>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut pick = |words: &[String]| {
            let mut found = BTreeSet::new();
            for word in words.iter().flat_map(|list| list.split([',', ' '])).filter(|word| !word.is_empty()) {
                match matching(word, reads, nodes) {
                    Ok(names) => found.extend(names),
                    Err(problem) => problems.push(problem),
                }
            }
            found
        };
        let mut selected = if self.select.is_empty() {
            nodes.iter().map(|node| node.name.clone()).collect()
        } else {
            pick(&self.select)
        };
        for name in pick(&self.exclude) {
            selected.remove(&name);
        }
        if problems.is_empty() { Ok(selected) } else { Err(problems) }
    }
}

/// The nodes that have a word.
fn with_word<'a>(
    nodes: &'a [Node],
    what: &str,
    word: &str,
    words: impl Fn(&'a Node) -> Vec<&'a str>,
) -> Result<BTreeSet<String>, Problem> {
    let found: BTreeSet<String> =
        nodes.iter().filter(|node| words(node).contains(&word)).map(|node| node.name.clone()).collect();
    if found.is_empty() {
        let known: BTreeSet<&str> = nodes.iter().flat_map(words).collect();
        let known: Vec<&str> = known.into_iter().collect();
        return Err(Problem::new(format!("no model has the {what} `{word}`")).hint(did_you_mean(word, &known)));
    }
    Ok(found)
}

fn matching(word: &str, reads: &Reads, nodes: &[Node]) -> Result<BTreeSet<String>, Problem> {
    let with_ancestors = word.starts_with('+');
    let with_descendants = word.ends_with('+');
    let core = word.trim_matches('+');
    let named: BTreeSet<String> = match core.split_once(':') {
        Some(("tag", tag)) => with_word(nodes, "tag", tag, |node| node.tags.iter().map(String::as_str).collect())?,
        Some(("domain", domain)) => {
            with_word(nodes, "domain", domain, |node| node.domain.iter().map(String::as_str).collect())?
        }
        Some((method, _)) => {
            let problem = Problem::new(format!("`{method}:` is not a way to select"));
            return Err(problem.hint(did_you_mean(method, &["tag", "domain"])));
        }
        None if nodes.iter().any(|node| node.name == core) => BTreeSet::from([core.to_owned()]),
        None => {
            let names: Vec<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
            return Err(Problem::new(format!("no model is named `{core}`")).hint(did_you_mean(core, &names)));
        }
    };
    let mut all = named.clone();
    let is_node = |name: &String| nodes.iter().any(|node| node.name == *name);
    for name in &named {
        if with_ancestors {
            all.extend(ancestors(reads, name).into_iter().filter(is_node));
        }
        if with_descendants {
            all.extend(descendants(reads, name).into_iter().filter(is_node));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(select: &[&str], exclude: &[&str]) -> Result<Vec<String>, Vec<Problem>> {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let reads = Reads::from([
            ("a".to_owned(), set(&["b"])),
            ("b".to_owned(), set(&["c", "source"])),
            ("c".to_owned(), set(&[])),
        ]);
        let nodes = ["a", "b", "c"].map(|name| Node {
            name: name.to_owned(),
            tags: if name == "c" { vec!["core".to_owned()] } else { vec![] },
            domain: (name != "a").then(|| "base".to_owned()),
        });
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let selection = Selection { select: own(select), exclude: own(exclude) };
        selection.resolve(&reads, &nodes).map(|found| found.into_iter().collect())
    }

    #[test]
    fn words_select_as_in_dbt() {
        assert_eq!(picked(&["+b"], &[]).unwrap(), ["b", "c"]);
        assert_eq!(picked(&["b+"], &[]).unwrap(), ["a", "b"]);
        assert_eq!(picked(&["tag:core", "a"], &[]).unwrap(), ["a", "c"]);
        assert_eq!(picked(&[], &["b"]).unwrap(), ["a", "c"]);
        assert_eq!(picked(&["domain:base"], &[]).unwrap(), ["b", "c"]);
    }

    #[test]
    fn an_unknown_name_is_refused() {
        assert!(picked(&["customer"], &[]).is_err());
        assert!(picked(&["domain:bas"], &[]).unwrap_err()[0].hint.as_deref().unwrap().contains("base"));
        assert!(picked(&["tags:core"], &[]).unwrap_err()[0].hint.as_deref().unwrap().contains("`tag`"));
        assert!(picked(&["tag:cor"], &[]).unwrap_err()[0].hint.as_deref().unwrap().contains("core"));
    }
}
