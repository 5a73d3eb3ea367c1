//! Which columns the records of a source have, to say in which of them a rejected record or a line names somebody.

use std::collections::BTreeMap;

use crate::extract::Recheck;
use crate::plan::Plan;
use crate::run::Request;

/// The columns of the files of sources, read when they are first wanted.
pub(crate) struct Layouts<'a> {
    request: &'a Request,
    plan: &'a Plan,
    known: BTreeMap<String, Option<Recheck>>,
}

impl<'a> Layouts<'a> {
    pub(crate) fn new(request: &'a Request, plan: &'a Plan) -> Self {
        Self { request, plan, known: BTreeMap::new() }
    }

    /// `None` if the source is not in the pipeline, its files cannot be read, or its records are not lines of text.
    pub(crate) fn of(&mut self, source: &str) -> Option<&Recheck> {
        let (request, plan) = (self.request, self.plan);
        let read = || {
            let declared = plan.sources.values().chain(&plan.idle_sources).find(|declared| declared.name == source)?;
            // What cannot be read is said in the certificate.
            Recheck::open(&request.project, declared, plan.time_zone).ok().flatten()
        };
        self.known.entry(source.to_owned()).or_insert_with(read).as_ref()
    }
}
