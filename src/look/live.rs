//! Computes the tables that a snapshot does not have, or that are asked for as they are now: opens the extracts behind
//! them and runs the steps in between. Nothing is published, and rejected rows leave with the private folder.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Utc};

use crate::engine::{Engine, Parameters};
use crate::extract::{DayRules, Extracts, OpenOptions};
use crate::failure::Failure;
use crate::plan::{Plan, Schedule, StepKind};
use crate::printer::Printer;
use crate::publish::{PrivateFolder, Snapshot, Warehouse};
use crate::run::Request;
use crate::source::Source;
use crate::transform::{Resolved, StepRunner};

/// What computing tables needs to know.
pub(super) struct Workplace<'a> {
    pub(super) request: &'a Request,
    pub(super) plan: &'a Plan,
    pub(super) warehouse: &'a Warehouse,
    pub(super) snapshot: Option<&'a Snapshot>,
    pub(super) folder: &'a PrivateFolder,
    pub(super) printer: &'a Printer,
}

/// Tables that are computed from extracts.
pub(super) struct Live<'plan> {
    pub(super) schedule: Schedule<'plan>,
    pub(super) extracts: Extracts,
}

impl<'a> Workplace<'a> {
    /// Opens the extracts behind tables, each read so many times. If only their first rows are needed, references are
    /// not judged: that would take the whole extracts that they lead to.
    pub(super) async fn open(
        &self,
        wanted: &BTreeMap<String, usize>,
        as_of: NaiveDate,
        (needs_few, is_held): (bool, bool),
    ) -> Result<Live<'a>, Failure> {
        let schedule = self.plan.schedule_to_look(wanted, !is_held)?;
        let sources = schedule.steps.iter().filter_map(|step| match step.kind {
            StepKind::Source(source) => Some(source.clone()),
            _ => None,
        });
        let mut sources: Vec<Source> = sources.collect();
        if needs_few {
            sources.iter_mut().flat_map(|source| &mut source.columns).for_each(|column| column.references = None);
        }
        let options = self.options()?;
        let extracts = Extracts::open_to_look(&sources.iter().collect::<Vec<_>>(), as_of, &options)?;
        extracts.warnings.iter().for_each(|warning| self.printer.warning(&warning.text));
        extracts.read_referenced(self.request.engine.threads.get()).await?;
        Ok(Live { schedule, extracts })
    }

    /// The day that a run would take from the extracts.
    pub(super) async fn newest_day(&self) -> Result<NaiveDate, Failure> {
        let all: Vec<&Source> = self.plan.sources.values().collect();
        let today = self.today();
        let rules = DayRules { today, gap_days: self.plan.as_of_gap_days };
        let opened = Extracts::open(&all, Some(today), &self.options()?)?;
        let (day, beyond) = opened.newest_day(self.request.engine.threads.get(), rules).await?;
        beyond.iter().for_each(|row| self.printer.warning(&format!("{row}, which does not set the as-of day ({day})")));
        Ok(day)
    }

    pub(super) fn today(&self) -> NaiveDate {
        Utc::now().with_timezone(&self.plan.time_zone).date_naive()
    }

    pub(super) fn options(&self) -> Result<OpenOptions<'a>, Failure> {
        Ok(OpenOptions {
            project: &self.request.project,
            time_zone: self.plan.time_zone,
            quarantine: self.folder.folder().join("quarantine").join("look"),
            all: &self.plan.sources,
            earlier: self.snapshot.map(|snapshot| snapshot.inputs.as_slice()).unwrap_or_default(),
            run_id: "look",
            corrections: self.warehouse.files_below("corrections")?,
        })
    }
}

impl<'plan> Live<'plan> {
    /// What runs its steps.
    pub(super) fn runner<'b>(
        &'b self,
        workplace: &'b Workplace<'_>,
        engine: &'b Engine,
        parameters: &'b Parameters,
    ) -> StepRunner<'b, 'plan> {
        StepRunner {
            schedule: &self.schedule,
            engine,
            extracts: &self.extracts,
            warehouse: workplace.warehouse,
            staging: None,
            parameters,
            printer: workplace.printer,
            resolved: Resolved::default(),
            leaves_later_decisions_out: workplace.request.as_of.is_some(),
            watcher: None,
        }
    }
}
