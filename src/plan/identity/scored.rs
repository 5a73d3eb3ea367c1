//! Checks the `scored` block and turns it into what the resolver needs.

use super::normaliser::{DATE, EMAIL_ADDRESS};
use crate::config::{IdentityFile, IdentityKeyFile, Located, ScoredComparisonFile, ScoredFile, Texts};
use crate::diagnostics::Problem;
use crate::identity::{Block, BlockKey, Comparison, Likeness, MAX_BLOCKS, MAX_COMPARISONS, Part, Scoring};

/// Records that may agree in a list of `block_on`, unless the block says otherwise.
const MAX_BLOCK: u32 = 200;

/// Checks the block by itself.
pub(super) fn check(typed: &IdentityFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let Some(scored) = &typed.scored else { return };
    thresholds(scored, texts, problems);
    blocks(typed, scored, texts, problems);
    let labels: Vec<&str> = typed.keys.keys().map(|label| label.value.as_str()).collect();
    for (label, comparison) in &scored.compare {
        if !labels.contains(&label.value.as_str()) {
            problems.push(texts.unknown(label, "key", &labels));
        }
        if let Some(like) = comparison.like.as_ref().filter(|like| likeness(&like.value).is_none()) {
            problems.push(texts.unknown(like, "kind of comparison", &Likeness::ALL.map(|(name, _)| name)));
        }
    }
    if scored.compare.is_empty() || scored.compare.len() > MAX_COMPARISONS {
        let message =
            format!("`compare` has {} keys, scored matching needs 1 to {MAX_COMPARISONS}", scored.compare.len());
        problems
            .push(texts.place(&scored.merge, scored.merge.length, message).hint("compare: { name: {}, phone: {} }"));
    }
    if problems.is_empty() {
        weights(typed, scored, texts, problems);
    }
}

/// The labels of keys that the block uses.
pub(super) fn uses(scored: &ScoredFile, label: &str) -> bool {
    let in_block = scored.block_on.iter().flatten().any(|key| split(&key.value).0 == label);
    in_block || scored.compare.contains_key(label)
}

fn thresholds(scored: &ScoredFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let is_share = |share: f64| share > 0.0 && share < 1.0;
    let named = [("merge", Some(&scored.merge)), ("review", Some(&scored.review)), ("prior", scored.prior.as_ref())];
    for (name, share) in named.into_iter().filter_map(|(name, share)| Some((name, share?))) {
        if !is_share(share.value) {
            let message = format!("`{name}` is {}, a probability lies between 0 and 1", share.value);
            problems.push(texts.place(share, share.length, message).hint("0.99 for merge, 0.9 for review are usual"));
        }
    }
    if scored.review.value > scored.merge.value {
        let message = format!("`review` is {}, above `merge`, {}", scored.review.value, scored.merge.value);
        let hint = "pairs from `review` up to `merge` are listed, those above are merged: exchange the two";
        problems.push(texts.place(&scored.review, scored.review.length, message).hint(hint));
    }
    if let Some(most) = scored.max_block.as_ref().filter(|most| most.value < 2) {
        let message = "with a `max_block` below 2, no pair is compared";
        problems.push(texts.place(most, most.length, message).hint("200 is the default"));
    }
}

fn blocks(typed: &IdentityFile, scored: &ScoredFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let count = scored.block_on.iter().filter(|keys| !keys.is_empty()).count();
    if count == 0 || count < scored.block_on.len() || count > MAX_BLOCKS {
        let message = match count {
            0 => "`block_on` is empty: no pair would be compared".to_owned(),
            _ if count > MAX_BLOCKS => format!("`block_on` has {count} lists, at most {MAX_BLOCKS} are possible"),
            _ => "an empty list in `block_on` would compare all pairs".to_owned(),
        };
        let hint = "list keys that must be equal: [[name, birth_date.year], [birth_date, postal_code]]";
        problems.push(texts.place(&scored.merge, scored.merge.length, message).hint(hint));
    }
    let labels: Vec<&str> = typed.keys.keys().map(|label| label.value.as_str()).collect();
    for key in scored.block_on.iter().flatten() {
        let (label, name) = split(&key.value);
        let Some(found) = typed.keys.get(label) else {
            problems.push(texts.unknown(&Located { value: label.to_owned(), ..key.clone() }, "key", &labels));
            continue;
        };
        match (name, part(name)) {
            (Some(name), None) => {
                let known = Part::ALL.map(|(name, _)| name);
                problems.push(texts.unknown(&Located { value: name.to_owned(), ..key.clone() }, "part", &known));
            }
            (Some(name), Some(Part::Year | Part::Day)) if default_likeness(found) != Likeness::Date => {
                let message = format!("`{name}` is a part of a date, and the key `{label}` is none");
                problems.push(texts.at(key, message).hint("add `normalise: date` to the key, or take another part"));
            }
            _ => {}
        }
    }
}

fn weights(typed: &IdentityFile, scored: &ScoredFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let given = scored.compare.values().filter(|comparison| comparison.weights.is_some()).count();
    if given > 0 && given < scored.compare.len() {
        for (label, _) in scored.compare.iter().filter(|(_, comparison)| comparison.weights.is_none()) {
            let message = format!("`{}` has no weights, others have", label.value);
            problems.push(texts.at(label, message).hint("give all of them, or none: then they are estimated"));
        }
    }
    match &scored.prior {
        Some(prior) if given == 0 => {
            let message = "`prior` is estimated with the weights";
            problems.push(texts.place(prior, prior.length, message).hint("take it out, or give `weights`, too"));
        }
        None if given > 0 => {
            let message = "given weights need a `prior`, the share of pairs of one person among all pairs";
            let hint = "prior: 0.00001, for one such pair among 100,000";
            problems.push(texts.place(&scored.merge, scored.merge.length, message).hint(hint));
        }
        _ => {}
    }
    for (label, comparison) in &scored.compare {
        let levels = like(typed, &label.value, comparison).levels();
        if let Some(weights) = &comparison.weights {
            for (level, _) in weights.iter().filter(|(level, _)| !levels.contains(&level.value.as_str())) {
                problems.push(texts.unknown(level, "level", levels));
            }
            for level in levels.iter().filter(|level| !weights.contains_key(**level)) {
                let message = format!("the weight of the level `{level}` of `{}` is missing", label.value);
                problems.push(texts.at(label, message).hint(format!("levels are {}", levels.join(", "))));
            }
        } else if given == 0 {
            let looks = |keys: &Vec<Located<String>>| keys.iter().any(|key| split(&key.value).0 == label.value);
            if scored.block_on.iter().all(looks) {
                let message =
                    format!("every list of `block_on` has `{}`, so its weights cannot be estimated", label.value);
                problems.push(texts.at(label, message).hint("add a list without it"));
            }
        }
    }
}

/// What the resolver is asked for. `column` gives the number of a key's column.
pub(super) fn scoring(typed: &IdentityFile, mut column: impl FnMut(&str) -> usize) -> Option<Scoring> {
    let scored = typed.scored.as_ref()?;
    let mut block = |keys: &Vec<Located<String>>| Block {
        name: keys.iter().map(|key| key.value.as_str()).collect::<Vec<_>>().join(" + "),
        keys: keys
            .iter()
            .map(|key| {
                let (label, name) = split(&key.value);
                BlockKey { column: column(label), part: part(name).unwrap_or(Part::Whole) }
            })
            .collect(),
    };
    let blocks = scored.block_on.iter().map(&mut block).collect();
    let comparisons = scored.compare.iter().map(|(label, comparison)| {
        let like = like(typed, &label.value, comparison);
        let given = |weights: &crate::config::Named<f64>| {
            like.levels().iter().map(|level| weights.get(*level).copied().unwrap_or_default()).collect()
        };
        let weights: Option<Vec<f64>> = comparison.weights.as_ref().map(given);
        // A placeholder that staging let through, such as the postal code 00000, then weighs next to nothing.
        let frequency = weights.is_none();
        Comparison { name: label.value.clone(), column: column(&label.value), like, frequency, weights }
    });
    Some(Scoring {
        blocks,
        comparisons: comparisons.collect(),
        prior: scored.prior.as_ref().map(|prior| prior.value),
        merge: scored.merge.value,
        review: scored.review.value,
        max_block: scored.max_block.as_ref().map_or(MAX_BLOCK, |most| most.value),
    })
}

/// A key and the part of it that is named after the dot.
fn split(key: &str) -> (&str, Option<&str>) {
    key.split_once('.').map_or((key, None), |(label, part)| (label, Some(part)))
}

fn part(name: Option<&str>) -> Option<Part> {
    let name = name?;
    Part::ALL.into_iter().find_map(|(known, part)| (known == name).then_some(part))
}

fn likeness(name: &str) -> Option<Likeness> {
    Likeness::ALL.into_iter().find_map(|(known, like)| (known == name).then_some(like))
}

fn like(typed: &IdentityFile, label: &str, comparison: &ScoredComparisonFile) -> Likeness {
    let written = comparison.like.as_ref().and_then(|like| likeness(&like.value));
    written.unwrap_or_else(|| typed.keys.get(label).map_or(Likeness::Text, default_likeness))
}

fn default_likeness(key: &IdentityKeyFile) -> Likeness {
    match key.normalise.as_ref().map(|function| function.value.as_str()) {
        Some(EMAIL_ADDRESS) => Likeness::Email,
        Some("phone_number") => Likeness::Phone,
        Some("person_name") => Likeness::Name,
        Some(DATE) => Likeness::Date,
        _ => Likeness::Text,
    }
}
