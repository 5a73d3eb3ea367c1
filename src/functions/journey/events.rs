//! An event of a person, and the journey that events make up.

use super::rules::{Rules, What};

/// Steps of a path that are named.
const SHOWN: i64 = 10;

/// An event.
#[derive(Debug)]
pub(super) struct Event {
    /// Microseconds since 1970.
    pub(super) at: i64,
    pub(super) id: i64,
    /// A place in [`Rules::kinds`].
    pub(super) kind: usize,
    pub(super) two_way: i64,
    pub(super) automatic: i64,
}

/// A journey that the person went through.
#[derive(Debug)]
pub(super) struct Journey {
    /// A place in [`Rules::journeys`].
    pub(super) rule: usize,
    /// Number among the person's journeys, by start.
    pub(super) number: i64,
    pub(super) started_at: i64,
    /// Distinguishes it from another one of the same start: its first event.
    pub(super) first_event: Option<String>,
    pub(super) ended_at: i64,
    pub(super) completed_at: Option<i64>,
    pub(super) touchpoints: i64,
    pub(super) contacts: i64,
    pub(super) two_way: i64,
    pub(super) automatic: i64,
    pub(super) steps: i64,
    /// The path; of one step it is left empty, to save the copy: then `kind` says it.
    pub(super) path: String,
    /// The kind of the latest step.
    pub(super) kind: usize,
    /// Kinds whose channels are the known ones, by name.
    pub(super) channels: Vec<usize>,
    /// The best outcome that its steps make.
    pub(super) outcome: Option<usize>,
    /// Its last event, counted from the person's first.
    pub(super) last_event: usize,
}

impl Journey {
    /// Adds an event, the person's `place`th.
    pub(super) fn take(&mut self, event: &Event, place: usize, outcome: Option<usize>, rules: &Rules) {
        let Some(kind) = rules.kinds.get(event.kind) else { return };
        self.ended_at = event.at;
        self.last_event = place;
        self.touchpoints += 1;
        self.contacts += i64::from(kind.what == What::Contact);
        self.two_way += event.two_way;
        self.automatic += event.automatic;
        if kind.channel.is_some() {
            let channel = |kind: &usize| rules.kinds.get(*kind).and_then(|kind| kind.channel.as_ref());
            if let Err(place) = self.channels.binary_search_by(|known| channel(known).cmp(&kind.channel.as_ref())) {
                self.channels.insert(place, event.kind);
            }
        }
        // Events in a row at one touchpoint are one step.
        let latest = rules.kinds.get(self.kind).map_or("", |kind| kind.step.as_str());
        if self.steps == 0 || latest != kind.step {
            self.steps += 1;
            match self.steps {
                1 => {}
                2 => self.path.extend([latest, " > ", &kind.step]),
                3..=SHOWN => self.path.extend([" > ", &kind.step]),
                11 => self.path.push_str(" > ..."),
                _ => {}
            }
        }
        self.kind = event.kind;
        self.outcome = match (self.outcome, outcome) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}
