//! Brings what somebody typed, or what an extract has, into the spelling of the records.

use chrono::NaiveDate;

use super::cells::text_at;
use crate::diagnostics::SourceText;
use crate::engine::{Engine, EngineOptions, Query};
use crate::failure::Failure;
use crate::plan::Plan;
use crate::run::Request;

/// Brings values of keys into the spelling of the records.
pub(super) struct Speller<'a> {
    engine: Engine,
    plan: &'a Plan,
    pub(super) spellings: &'a [(String, String)],
}

impl<'a> Speller<'a> {
    pub(super) fn new(request: &Request, plan: &'a Plan) -> Result<Self, Failure> {
        let engine = Engine::open(EngineOptions { scratch: std::env::temp_dir(), ..request.engine.clone() })
            .map_err(|error| Failure::engine(error, "engine"))?;
        let spellings = plan.identity.as_ref().map(|identity| identity.spellings.as_slice()).unwrap_or_default();
        Ok(Self { engine, plan, spellings })
    }

    /// `None` if the value is not valid, or the key has no spelling.
    pub(super) async fn spelled(
        &self,
        key: &str,
        written: &str,
        country: Option<&str>,
    ) -> Result<Option<String>, Failure> {
        let Some((_, spelling)) = self.spellings.iter().find(|(name, _)| name == key) else { return Ok(None) };
        let text = |text: &str| format!("cast('{}' as varchar)", text.replace('\'', "''"));
        let country = country.map_or_else(|| "cast(null as varchar)".to_owned(), text);
        let sql = format!(
            r#"select {spelling} as spelled from (select {} as "value", {country} as "country")"#,
            text(written)
        );
        let query = Query::parse(&SourceText::new("erase", sql), &self.plan.parameters(NaiveDate::default()));
        let query = query.map_err(Failure::Usage)?;
        let failed = |error| Failure::engine(error, "erase");
        let relation = self.engine.plan(&query).await.map_err(failed)?;
        let batches = self.engine.collect_small(&relation).await.map_err(failed)?;
        let first = batches.first().filter(|batch| batch.num_rows() > 0);
        Ok(first.and_then(|batch| text_at(batch, "spelled", 0)))
    }
}
