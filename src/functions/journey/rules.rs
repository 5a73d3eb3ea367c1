//! What the lookups say about each kind of event: the journeys that it is part of, and the outcomes that it makes.
//!
//! Events of one kind have the same event, touchpoint, channel and journey of the extract. The rules that fit a kind
//! are found once, when the first event of the kind comes.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray, StructArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;
use hashbrown::{Equivalent, HashMap};

use super::NAME;

/// Stands for every touchpoint, channel or journey in a lookup.
const ANY: &str = "any";
/// What an extract does not say.
const UNKNOWN: &str = "unknown";
const DAY: i64 = 86_400_000_000;

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Contact,
    Order,
    Return,
    Survey,
}

impl What {
    fn read(name: &str) -> Result<Self> {
        match name {
            "contact" => Ok(Self::Contact),
            "order" => Ok(Self::Order),
            "return" => Ok(Self::Return),
            "survey" => Ok(Self::Survey),
            _ => Err(exec_datafusion_err!("{NAME}: event '{name}' is none of contact, order, return and survey")),
        }
    }

    /// The number that stands for it in a `journey_id`.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Contact => 1,
            Self::Order => 2,
            Self::Return => 3,
            Self::Survey => 4,
        }
    }
}

/// What an event does in a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// After an end, begins the next journey.
    Start,
    /// Begins nothing.
    Within,
    /// Ends the journey; after an end, begins the next.
    End,
}

/// A kind of event.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) what: What,
    /// What it is called in a path.
    pub(super) step: String,
    pub(super) channel: Option<String>,
    /// The journeys that it is part of, by name.
    pub(super) parts: Vec<Part>,
    /// The triggers of outcomes that it is one of.
    pub(super) triggers: Vec<usize>,
}

/// A journey that a kind of event is part of.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Its place in [`Rules::journeys`].
    pub(super) journey: usize,
    pub(super) role: Role,
    /// The best outcome of the journey that the event makes as a step of it: a place in [`JourneyRule::outcomes`].
    pub(super) outcome: Option<usize>,
}

/// A journey as the lookups define it.
#[derive(Debug, Clone)]
pub(super) struct JourneyRule {
    pub(super) name: String,
    /// Microseconds.
    pub(super) time_out: i64,
    /// The best first.
    pub(super) outcomes: Vec<Outcome>,
}

/// What may become of a journey.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    priority: i64,
    pub(super) name: String,
    /// A place in [`Rules::triggers`].
    pub(super) trigger: usize,
    /// Microseconds after the last step.
    pub(super) within: i64,
}

/// What the events of a kind have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Name {
    event: String,
    touchpoint: String,
    channel: String,
    journey: String,
}

/// A [`Name`] as it stands in a row: hashed alike, so that a row finds its kind without being copied.
#[derive(Hash)]
struct BorrowedName<'a> {
    event: &'a str,
    touchpoint: &'a str,
    channel: &'a str,
    journey: &'a str,
}

impl Equivalent<Name> for BorrowedName<'_> {
    fn equivalent(&self, name: &Name) -> bool {
        name.event == self.event
            && name.touchpoint == self.touchpoint
            && name.channel == self.channel
            && name.journey == self.journey
    }
}

/// The lookups.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) journeys: Vec<JourneyRule>,
    /// Events and touchpoints (or any) that make an outcome; the first is an order.
    pub(super) triggers: Vec<(What, String)>,
    pub(super) kinds: Vec<Kind>,
    time_outs: HashMap<String, i64>,
    outcomes: HashMap<String, Vec<Outcome>>,
    roles: Vec<RoleRow>,
    numbers: HashMap<Name, usize>,
}

#[derive(Debug)]
struct RoleRow {
    what: What,
    touchpoint: String,
    channel: String,
    journey: String,
    role: Role,
}

impl Rules {
    /// Reads the lookups journey_rules, journey_touchpoints and journey_outcomes, each a list of structs.
    pub(super) fn read(lookups: &[ArrayRef]) -> Result<Self> {
        let [rules, touchpoints, outcomes] = lookups else {
            return Err(exec_datafusion_err!("{NAME}: found {} lookups", lookups.len()));
        };
        let mut read = Self {
            journeys: Vec::new(),
            triggers: vec![(What::Order, ANY.to_owned())],
            kinds: Vec::new(),
            time_outs: HashMap::new(),
            outcomes: HashMap::new(),
            roles: Vec::new(),
            numbers: HashMap::new(),
        };
        if let Some(rows) = rows(rules)? {
            let (journey, days) = (texts(&rows, "journey")?, numbers(&rows, "time_out_days")?);
            let rows = (0..rows.len()).map(|row| (journey.value(row).to_owned(), days.value(row) * DAY));
            read.time_outs = rows.collect();
        }
        if let Some(rows) = rows(touchpoints)? {
            let (event, touchpoint) = (texts(&rows, "event")?, texts(&rows, "touchpoint")?);
            let (channel, journey, role) = (texts(&rows, "channel")?, texts(&rows, "journey")?, texts(&rows, "role")?);
            for row in 0..rows.len() {
                read.roles.push(RoleRow {
                    what: What::read(event.value(row))?,
                    touchpoint: touchpoint.value(row).to_owned(),
                    channel: channel.value(row).to_owned(),
                    journey: journey.value(row).to_owned(),
                    role: match role.value(row) {
                        "start" => Role::Start,
                        "within" => Role::Within,
                        "end" => Role::End,
                        other => {
                            return Err(exec_datafusion_err!(
                                "{NAME}: role '{other}' is none of start, within and end"
                            ));
                        }
                    },
                });
            }
        }
        if let Some(rows) = rows(outcomes)? {
            let (journey, priority, outcome) =
                (texts(&rows, "journey")?, numbers(&rows, "priority")?, texts(&rows, "outcome")?);
            let (event, touchpoint, days) =
                (texts(&rows, "event")?, texts(&rows, "touchpoint")?, numbers(&rows, "within_days")?);
            for row in 0..rows.len() {
                let trigger = read.trigger(What::read(event.value(row))?, touchpoint.value(row));
                read.outcomes.entry(journey.value(row).to_owned()).or_default().push(Outcome {
                    priority: priority.value(row),
                    name: outcome.value(row).to_owned(),
                    trigger,
                    within: days.value(row) * DAY,
                });
            }
        }
        read.outcomes.values_mut().for_each(|outcomes| outcomes.sort_by_key(|outcome| outcome.priority));
        Ok(read)
    }

    fn trigger(&mut self, what: What, touchpoint: &str) -> usize {
        let found = self.triggers.iter().position(|trigger| trigger.0 == what && trigger.1 == touchpoint);
        found.unwrap_or_else(|| {
            self.triggers.push((what, touchpoint.to_owned()));
            self.triggers.len() - 1
        })
    }

    /// The kind of an event: a place in [`Rules::kinds`].
    pub(super) fn kind(
        &mut self,
        event: &str,
        touchpoint: Option<&str>,
        channel: Option<&str>,
        journey: Option<&str>,
    ) -> Result<usize> {
        let name = BorrowedName {
            event,
            touchpoint: touchpoint.unwrap_or(UNKNOWN),
            channel: channel.unwrap_or(UNKNOWN),
            journey: journey.unwrap_or(UNKNOWN),
        };
        if let Some(kind) = self.numbers.get(&name) {
            return Ok(*kind);
        }
        let kind = self.fit(&name)?;
        let name = Name {
            event: event.to_owned(),
            touchpoint: name.touchpoint.to_owned(),
            channel: name.channel.to_owned(),
            journey: name.journey.to_owned(),
        };
        self.kinds.push(kind);
        self.numbers.insert(name, self.kinds.len() - 1);
        Ok(self.kinds.len() - 1)
    }

    /// The rules that fit a kind: of several rows for one journey the most exact, touchpoint before channel. A contact
    /// that no row fits is within the journey that its extract names.
    fn fit(&mut self, name: &BorrowedName<'_>) -> Result<Kind> {
        let BorrowedName { event, touchpoint, channel, journey: named } = *name;
        let what = What::read(event)?;
        let exactness = |row: &RoleRow| {
            let fits = row.what == what
                && (row.touchpoint == touchpoint || row.touchpoint == ANY)
                && (row.channel == channel || row.channel == ANY);
            fits.then_some((row.touchpoint != ANY, row.channel != ANY))
        };
        let mut fitting: BTreeMap<&str, ((bool, bool), Role)> = BTreeMap::new();
        for row in &self.roles {
            let Some(exactness) = exactness(row) else { continue };
            let best = fitting.entry(&row.journey).or_insert((exactness, row.role));
            if exactness > best.0 {
                *best = (exactness, row.role);
            }
        }
        let mut roles: Vec<(String, Role)> =
            fitting.into_iter().map(|(journey, (_, role))| (journey.to_owned(), role)).collect();
        if roles.is_empty() && what == What::Contact && named != UNKNOWN {
            roles.push((named.to_owned(), Role::Within));
        }
        let fits = |trigger: &(What, String)| trigger.0 == what && (trigger.1 == touchpoint || trigger.1 == ANY);
        let triggers: Vec<usize> =
            self.triggers.iter().enumerate().filter(|(_, trigger)| fits(trigger)).map(|(place, _)| place).collect();
        let parts = roles
            .into_iter()
            .map(|(journey, role)| {
                let journey = self.journey(&journey)?;
                let outcomes = self.journeys.get(journey).map(|rule| rule.outcomes.as_slice()).unwrap_or_default();
                let outcome = outcomes.iter().position(|outcome| triggers.contains(&outcome.trigger));
                Ok(Part { journey, role, outcome })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Kind {
            what,
            step: if what == What::Contact { touchpoint.to_owned() } else { event.to_owned() },
            channel: (channel != UNKNOWN).then(|| channel.to_owned()),
            parts,
            triggers,
        })
    }

    /// The rule of a journey; that of `any` serves one that has none.
    fn journey(&mut self, name: &str) -> Result<usize> {
        if let Some(found) = self.journeys.iter().position(|rule| rule.name == name) {
            return Ok(found);
        }
        let time_out = self.time_outs.get(name).or_else(|| self.time_outs.get(ANY)).copied();
        let outcomes = self.outcomes.get(name).or_else(|| self.outcomes.get(ANY));
        self.journeys.push(JourneyRule {
            name: name.to_owned(),
            time_out: time_out
                .ok_or_else(|| exec_datafusion_err!("{NAME}: rules have neither '{name}' nor '{ANY}'"))?,
            outcomes: outcomes.cloned().unwrap_or_default(),
        });
        Ok(self.journeys.len() - 1)
    }
}

/// The structs of a list; `None` where a lookup is empty.
fn rows(lookup: &ArrayRef) -> Result<Option<StructArray>> {
    let list = lookup.as_list_opt::<i32>().filter(|list| list.len() == 1);
    let list = list.ok_or_else(|| exec_datafusion_err!("{NAME}: a lookup is {}, not a list", lookup.data_type()))?;
    if list.is_null(0) {
        return Ok(None);
    }
    let rows = list.value(0);
    match rows.as_struct_opt() {
        Some(rows) => Ok(Some(rows.clone())),
        None => Err(exec_datafusion_err!("{NAME}: a lookup is a list of {}, not of structs", rows.data_type())),
    }
}

fn column(rows: &StructArray, name: &str, wanted: &DataType) -> Result<ArrayRef> {
    let found = rows.column_by_name(name).filter(|column| column.null_count() == 0);
    let found = found.ok_or_else(|| exec_datafusion_err!("{NAME}: {name} of a lookup is missing or null"))?;
    Ok(cast(found, wanted)?)
}

fn texts(rows: &StructArray, name: &str) -> Result<StringArray> {
    Ok(column(rows, name, &DataType::Utf8)?.as_string().clone())
}

fn numbers(rows: &StructArray, name: &str) -> Result<Int64Array> {
    Ok(column(rows, name, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
}
