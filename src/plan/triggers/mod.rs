//! Checks the `triggers` block and turns it into tables: what is written there as lookups, and for whom each trigger
//! fires as an ordinary model, `trigger_hits`.
//!
//! The model's SQL is generated here: one branch per trigger, each a filter over the model that the trigger names.
//! Every expression is first parsed and planned alone, so that its mistakes are reported at their place in the YAML.

mod expression;
mod names;
mod settings;

use chrono_tz::Tz;
use indexmap::IndexMap;

use super::project::{Layer, ModelText, Project, is_table_name};
use super::{Lookup, Model};
use crate::config::{Located, Named, PipelineFile, Scalar, Texts, TriggerFile};
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::engine::{Engine, Parameters};
use expression::{Expression, Role};
pub(super) use names::TABLES;
pub use names::TRIGGER_HITS;
use names::TRIGGERS;

/// Most days that a cooldown, an expiry or an outcome's window may have: ten years.
const MOST_DAYS: u32 = 3660;
/// Number of parts in a share of 1.
const WHOLE: i64 = 1_000_000;

/// A checked block.
#[derive(Debug)]
pub(super) struct Triggers<'a> {
    typed: &'a Named<TriggerFile>,
    texts: &'a Texts,
    /// What is written in the block, as tables.
    pub(super) lookups: IndexMap<String, Lookup>,
    /// The generated model.
    pub(super) hits: ModelText,
    expressions: Vec<(&'a TriggerFile, Expression<'a>)>,
}

/// Checks the block; `None` if the pipeline has none or its triggers have mistakes, which are then in `problems`.
pub(super) fn check<'a>(
    file: &'a PipelineFile,
    texts: &'a Texts,
    zone: Tz,
    parameters: &Parameters,
    problems: &mut Vec<Problem>,
) -> Option<Triggers<'a>> {
    let typed = file.triggers.as_ref()?;
    let before = problems.len();
    let mut expressions = Vec::new();
    let mut shares = Vec::with_capacity(typed.len());
    for (name, trigger) in typed {
        shares.push(rules(name, trigger, texts, problems));
        let at = trigger.at.as_ref().map(|sql| Expression { role: Role::At, sql });
        let reason = trigger.reason.as_ref().map(|sql| Expression { role: Role::Reason, sql });
        for expression in [Some(Expression { role: Role::When, sql: &trigger.when }), at, reason].into_iter().flatten()
        {
            problems.extend(expression.parse(texts, parameters));
            expressions.push((trigger, expression));
        }
    }
    if problems.len() > before {
        problems[before..].sort_by_key(|problem| (problem.line, problem.column));
        return None;
    }
    let lookups = match settings::tables(typed, &shares) {
        Ok(lookups) => lookups,
        Err(error) => {
            problems.push(Problem::new(format!("triggers: {error}")));
            return None;
        }
    };
    let file = typed.keys().next().map(|name| texts.file(name.file).path.display().to_string()).unwrap_or_default();
    let source = SourceText::new(format!("{file} (triggers)"), expression::hits(typed, zone));
    let (name, layer) = (TRIGGER_HITS.to_owned(), Layer::Intermediate);
    let hits = ModelText { name, layer, domain: None, source, renamed: Vec::new() };
    Some(Triggers { typed, texts, lookups, hits, expressions })
}

impl Triggers<'_> {
    /// Reports the tables that triggers name and that do not exist. `models` can be examined, all of `tables` read.
    pub(super) fn unknown_tables(&self, models: &[&str], tables: &[&str], parameters: &Parameters) -> Vec<Problem> {
        let mut problems = Vec::new();
        for trigger in self.typed.values() {
            if trigger.from.value == TRIGGER_HITS || !models.contains(&trigger.from.value.as_str()) {
                let others: Vec<&str> = models.iter().copied().filter(|model| *model != TRIGGER_HITS).collect();
                problems.push(self.texts.unknown(&trigger.from, "model", &others));
            }
        }
        for (trigger, expression) in &self.expressions {
            problems.extend(expression.unknown_tables(&trigger.from, self.texts, tables, parameters));
        }
        problems
    }

    /// Plans every expression against its model; all models are registered.
    pub(super) async fn plan(
        &self,
        models: &IndexMap<String, Model>,
        parameters: &Parameters,
        engine: &Engine,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut unfit: Vec<&str> = Vec::new();
        for (name, trigger) in self.typed {
            let Some(model) = models.get(&trigger.from.value) else { continue };
            let columns: Vec<&str> = model.schema.fields().iter().map(|field| field.name().as_str()).collect();
            if !columns.contains(&"customer_key") {
                let message = format!("the model `{}` has no column customer_key, which triggers need", model.name);
                let hint = "name a model with a row per customer, such as customers, or add the column to this one";
                problems.push(self.texts.at(&trigger.from, message).hint(hint));
                unfit.push(&name.value);
            }
            if let Some((message, hint)) = restricted(models, &model.name) {
                problems.push(self.texts.at(&trigger.from, message).hint(hint));
                unfit.push(&name.value);
            }
        }
        for (trigger, expression) in &self.expressions {
            problems.extend(
                expression.refused_tables(&trigger.from, self.texts, parameters, |table| restricted(models, table)),
            );
            let is_unfit =
                self.typed.iter().any(|(name, other)| std::ptr::eq(other, *trigger) && unfit.contains(&&*name.value));
            if !is_unfit {
                problems.extend(expression.plan(&trigger.from, self.texts, parameters, engine).await);
            }
        }
        problems
    }
}

/// A message for a model with direct identifiers: reasons are published where everybody can read them.
fn restricted(models: &IndexMap<String, Model>, name: &str) -> Option<(String, String)> {
    models.get(name).filter(|model| model.properties.restricted).map(|_| {
        let hint = "name a model without them: what triggers find is published for everybody";
        (format!("the model `{name}` holds direct identifiers"), hint.to_owned())
    })
}

/// Names of the block's own tables that are already used.
pub(super) fn names_clash(file: &PipelineFile, project: &Project, problems: &mut Vec<Problem>) {
    if file.triggers.is_none() {
        return;
    }
    for name in file.sources.keys().filter(|name| TABLES.contains(&name.value.as_str())) {
        let message = format!("`{}` is also the name of a table that the block `triggers` makes", name.value);
        problems.push(project.texts.at(name, message).hint("give the source another name"));
    }
    for model in project.models.iter().filter(|model| TABLES.contains(&model.name.as_str())) {
        let message = format!("`{}` is also the name of a table that the block `triggers` makes", model.name);
        problems.push(Problem::new(message).at(&model.source, 1, 1, 1).hint("give the file another name"));
    }
}

/// Checks everything but the expressions; returns the share of the control group in parts per million.
fn rules(name: &Located<String>, typed: &TriggerFile, texts: &Texts, problems: &mut Vec<Problem>) -> i64 {
    if !is_table_name(&name.value) {
        let problem = texts.at(name, format!("`{}` cannot be a trigger's name", name.value));
        problems.push(problem.hint("write it in lower-case letters, digits and underscores, such as first_purchase"));
    }
    if typed.description.trim().is_empty() {
        let problem = texts.at(name, format!("trigger `{}` has no description", name.value));
        problems.push(problem.hint("say in a sentence what has happened: it is the reason that staff read"));
    }
    if typed.action.value.trim().is_empty() {
        problems.push(texts.at(&typed.action, "no action is recommended".to_owned()).hint("name one, such as call"));
    }
    if typed.channels.is_empty() {
        let problem = texts.at(name, format!("trigger `{}` has no channel", name.value));
        problems.push(problem.hint("list at least one under `channels`, or nobody can be reached"));
    }
    for (number, channel) in typed.channels.iter().enumerate() {
        if typed.channels[..number].iter().any(|earlier| earlier.value == channel.value) {
            let problem = texts.at(channel, format!("the channel `{}` occurs twice", channel.value));
            problems.push(problem.hint("keep one of the two"));
        }
    }
    let mut days = |value: &Located<u32>, least: u32, what: &str| {
        if !(least..=MOST_DAYS).contains(&value.value) {
            let length = value.value.to_string().len();
            let problem = texts.place(value, length, format!("{what} of {} days", value.value));
            problems.push(problem.hint(format!("write {least} to {MOST_DAYS}")));
        }
    };
    days(&typed.cooldown_days, 0, "a cooldown");
    days(&typed.expires_days, 1, "an expiry");
    for windows in typed.outcomes.values() {
        windows.iter().for_each(|window| days(window, 1, "a window"));
    }
    for (outcome, windows) in &typed.outcomes {
        if windows.is_empty() {
            let problem = texts.at(outcome, format!("the outcome `{}` has no window", outcome.value));
            problems.push(problem.hint("list the days after activation that count, such as [30, 90]"));
        }
        for (number, window) in windows.iter().enumerate() {
            if windows[..number].iter().any(|earlier| earlier.value == window.value) {
                let length = window.value.to_string().len();
                let problem = texts.place(window, length, format!("the window {} occurs twice", window.value));
                problems.push(problem.hint("keep one of the two"));
            }
        }
    }
    share(&typed.control_share.value).unwrap_or_else(|| {
        let written = typed.control_share.value.to_string();
        let length = written.chars().count();
        let problem = texts.place(&typed.control_share, length, format!("`{written}` is not a share"));
        problems.push(problem.hint("write 0 to 1 with at most six decimals, such as 0.2 for every fifth customer"));
        0
    })
}

/// A share of 0 to 1 in parts per million.
fn share(written: &Scalar) -> Option<i64> {
    let text = match written {
        Scalar::Int(value) => value.to_string(),
        Scalar::Decimal(value) => value.clone(),
        Scalar::Bool(_) | Scalar::Text(_) => return None,
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 6 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millionths: i64 = format!("{fraction:0<6}").parse().ok()?;
    let parts = whole.parse::<i64>().ok()?.checked_mul(WHOLE)?.checked_add(millionths)?;
    (!text.starts_with('-') && (0..=WHOLE).contains(&parts)).then_some(parts)
}

/// How many triggers a pipeline has.
pub(super) fn number(lookups: &IndexMap<String, Lookup>) -> usize {
    lookups.get(TRIGGERS).map_or(0, |table| table.rows.num_rows())
}

/// "did you mean …?" for the name of a trigger.
pub(super) fn nearest_trigger(name: &str, lookups: &IndexMap<String, Lookup>) -> Option<Result<(), String>> {
    use arrow::array::AsArray;
    let names = lookups.get(TRIGGERS)?.rows.column(0).as_string_opt::<i32>()?;
    let names: Vec<&str> = names.iter().flatten().collect();
    Some(if names.contains(&name) { Ok(()) } else { Err(did_you_mean(name, &names)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_exactly() {
        let decimal = |text: &str| share(&Scalar::Decimal(text.to_owned()));
        assert_eq!(decimal("0.2"), Some(200_000));
        assert_eq!(decimal("0.000001"), Some(1));
        assert_eq!(decimal("1.0"), Some(WHOLE));
        assert_eq!(share(&Scalar::Int(1)), Some(WHOLE));
        assert_eq!(share(&Scalar::Int(0)), Some(0));
        assert_eq!(decimal("1.000001"), None);
        assert_eq!(decimal("-0.1"), None);
        assert_eq!(decimal("1e-7"), None);
        assert_eq!(decimal("0.0000001"), None);
        assert_eq!(share(&Scalar::Text("0.2".to_owned())), None);
    }
}
