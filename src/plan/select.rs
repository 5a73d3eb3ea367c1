//! `--select` and `--exclude`, the way dbt writes them: `model`, `+model`, `model+`, `+model+`, `tag:word`.

use std::collections::BTreeSet;

use super::graph::{Reads, ancestors, descendants};
use crate::diagnostics::{Problem, did_you_mean};

/// What was asked for on the command line; empty means everything.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Union of what is wanted.
    pub select: Vec<String>,
    /// Taken away from that.
    pub exclude: Vec<String>,
}

impl Selection {
    /// The names of `nodes` that are selected.
    pub(super) fn resolve(
        &self,
        reads: &Reads,
        nodes: &[(String, Vec<String>)],
    ) -> Result<BTreeSet<String>, Vec<Problem>> {
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
            nodes.iter().map(|(name, _)| name.clone()).collect()
        } else {
            pick(&self.select)
        };
        for name in pick(&self.exclude) {
            selected.remove(&name);
        }
        if problems.is_empty() { Ok(selected) } else { Err(problems) }
    }
}

fn matching(word: &str, reads: &Reads, nodes: &[(String, Vec<String>)]) -> Result<BTreeSet<String>, Problem> {
    let with_ancestors = word.starts_with('+');
    let with_descendants = word.ends_with('+');
    let core = word.trim_matches('+');
    let named: BTreeSet<String> = match core.strip_prefix("tag:") {
        Some(tag) => {
            let tagged: BTreeSet<String> = nodes
                .iter()
                .filter(|(_, tags)| tags.iter().any(|found| found == tag))
                .map(|(name, _)| name.clone())
                .collect();
            if tagged.is_empty() {
                let tags: BTreeSet<&str> = nodes.iter().flat_map(|(_, tags)| tags.iter().map(String::as_str)).collect();
                let tags: Vec<&str> = tags.into_iter().collect();
                return Err(Problem::new(format!("no model has the tag `{tag}`")).hint(did_you_mean(tag, &tags)));
            }
            tagged
        }
        None if nodes.iter().any(|(name, _)| name == core) => BTreeSet::from([core.to_owned()]),
        None => {
            let names: Vec<&str> = nodes.iter().map(|(name, _)| name.as_str()).collect();
            return Err(Problem::new(format!("no model is named `{core}`")).hint(did_you_mean(core, &names)));
        }
    };
    let mut all = named.clone();
    let is_node = |name: &String| nodes.iter().any(|(node, _)| node == name);
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
        let nodes =
            ["a", "b", "c"].map(|name| (name.to_owned(), if name == "c" { vec!["core".to_owned()] } else { vec![] }));
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
    }

    #[test]
    fn an_unknown_name_is_refused() {
        assert!(picked(&["customer"], &[]).is_err());
        assert!(picked(&["tag:cor"], &[]).unwrap_err()[0].hint.as_deref().unwrap().contains("core"));
    }
}
