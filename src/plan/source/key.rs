//! Checks what a source declares about its key.

use crate::config::{Deduplicate, DeliveryMode, Located, OnRepeatedKey, SourceFile, Texts};
use crate::diagnostics::Problem;

/// Checks that `deduplicate`, `replaces` and `on_repeated_key` agree with the key.
pub(super) fn check(name: &Located<String>, source: &SourceFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let is_upsert = source.delivery.as_ref().is_some_and(|delivery| delivery.mode == DeliveryMode::Upsert);
    let has_versions = !source.key.is_empty() && !is_upsert && source.on_repeated_key == OnRepeatedKey::Supersede;
    if has_versions && source.deduplicate == Some(Deduplicate::Nothing) {
        let message =
            format!("source `{}`: deduplicate: false loads equal rows twice, and its key forbids it", name.value);
        problems.push(texts.at(name, message).hint("remove deduplicate, or set on_repeated_key to warn"));
    }
    if !source.key.is_empty() && source.deduplicate == Some(Deduplicate::ByDelivery) {
        let message = format!(
            "source `{}`: deduplicate: by_delivery has no effect beside a key, which decides which rows count",
            name.value
        );
        let hint = "remove deduplicate, or add the column that distinguishes such rows to the key";
        problems.push(texts.at(name, message).hint(hint));
    }
    if !source.replaces.is_empty() && (is_upsert || source.on_repeated_key != OnRepeatedKey::Supersede) {
        let message = format!("source `{}`: replaces needs later rows that replace earlier ones", name.value);
        problems.push(texts.at(name, message).hint("declare it without on_repeated_key and without `mode: upsert`"));
    }
    let counts_otherwise = source.deduplicate.filter(|deduplicate| *deduplicate != Deduplicate::ByDelivery);
    if let (Some(deduplicate), true, false) = (counts_otherwise, source.key.is_empty(), source.replaces.is_empty()) {
        let message = format!(
            "source `{}`: deduplicate: {deduplicate} beside replaces, by which a row counts as often as the newest \
             delivery has it",
            name.value
        );
        problems.push(texts.at(name, message).hint("remove deduplicate, or declare a `key` whose rows count once"));
    }
    for column in &source.replaces {
        if !source.key.is_empty() && !source.key.iter().any(|key| key.value == column.value) {
            let problem = texts.at(column, format!("replaces: `{}` is not a column of the key", column.value));
            problems.push(problem.hint("name the columns of `key` that rows of one order share"));
        }
    }
    if !source.key.is_empty() && source.replaces.len() >= source.key.len() {
        let message = format!("source `{}`: replaces names the whole key", name.value);
        problems
            .push(texts.at(name, message).hint("remove replaces: a row replaces the earlier one with its key anyway"));
    }
}
