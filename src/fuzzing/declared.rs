//! A declaration, checked like one in a pipeline file.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::config;
use crate::diagnostics::SourceText;
use crate::plan;
use crate::source::Source;

/// Declarations that are kept; then all of them are forgotten.
const MOST: usize = 1000;

/// What the choices of an input mean.
pub(super) struct Declaration {
    /// The block under `sources`.
    pub(super) source: Value,
    /// The longest record.
    pub(super) longest: usize,
    /// Rows of a batch, in pieces.
    pub(super) batch: usize,
}

/// The source of a block under `sources`; `None` if it is refused.
fn source(declared: &Value) -> Option<Source> {
    let pipeline = json!({
        "name": "fuzzing",
        "description": "d",
        "time_zone": "Europe/Stockholm",
        "base_currency": "EUR",
        "sources": { "fuzzed": declared },
    });
    let (file, texts) = config::parse(&SourceText::new("fuzzing.yml", pipeline.to_string())).ok()?;
    plan::sources_of(&file, &texts).ok()?.swap_remove("fuzzed")
}

/// What a fuzzer made of declarations.
pub(super) struct Known<T>(RefCell<HashMap<String, Option<Rc<T>>>>);

impl<T> Known<T> {
    pub(super) fn new() -> Self {
        Self(RefCell::default())
    }

    /// What is made of a declaration, once.
    pub(super) fn of(&self, declared: &Declaration, make: impl FnOnce(Source) -> Option<T>) -> Option<Rc<T>> {
        let mut known = self.0.borrow_mut();
        if known.len() > MOST {
            known.clear();
        }
        let Declaration { source: declared, longest, batch } = declared;
        let key = format!("{longest} {batch} {declared}");
        known.entry(key).or_insert_with(|| source(declared).and_then(make).map(Rc::new)).clone()
    }
}
