//! One person's events in order, cut into journeys: a small state machine per journey.
//!
//! A journey begins at its first event; after more than the time-out without an event; and, once an end has come, at
//! the next start or end: an event within the journey may follow its end.

use super::events::{Event, Journey};
use super::output::Output;
use super::rules::{Role, Rules};

/// A journey that may go on.
#[derive(Debug)]
struct Open {
    rule: usize,
    /// The journey's place among the person's.
    journey: usize,
}

/// What has come so far.
#[derive(Debug)]
pub(super) struct Person {
    events: usize,
    journeys: Vec<Journey>,
    open: Vec<Open>,
    /// Event and journey, in order of events and then by name.
    steps: Vec<(usize, usize)>,
    /// When the events came that make outcomes, by trigger.
    triggered: Vec<Vec<i64>>,
}

impl Person {
    pub(super) fn new(rules: &Rules) -> Self {
        Self {
            events: 0,
            journeys: Vec::new(),
            open: Vec::new(),
            steps: Vec::new(),
            triggered: vec![Vec::new(); rules.triggers.len()],
        }
    }

    /// The next person begins.
    pub(super) fn begin(&mut self) {
        self.events = 0;
        self.journeys.clear();
        self.open.clear();
        self.steps.clear();
        self.triggered.iter_mut().for_each(Vec::clear);
    }

    pub(super) fn add(&mut self, event: &Event, rules: &Rules) {
        let Some(kind) = rules.kinds.get(event.kind) else { return };
        for trigger in &kind.triggers {
            if let Some(times) = self.triggered.get_mut(*trigger) {
                times.push(event.at);
            }
        }
        for part in &kind.parts {
            let place = self.journey_of(part.journey, part.role, event, rules);
            self.steps.push((self.events, place));
            let Some(journey) = self.journeys.get_mut(place) else { continue };
            journey.take(event, self.events, part.outcome, rules);
            if part.role == Role::End && journey.completed_at.is_none() {
                journey.completed_at = Some(event.at);
            }
        }
        self.events += 1;
    }

    /// The journey that an event is part of: the open one, or one that begins with it.
    fn journey_of(&mut self, rule: usize, role: Role, event: &Event, rules: &Rules) -> usize {
        let open = self.open.iter_mut().find(|open| open.rule == rule);
        let latest = open.as_ref().and_then(|open| self.journeys.get(open.journey));
        let time_out = rules.journeys.get(rule).map_or(0, |rule| rule.time_out);
        let goes_on = latest.is_some_and(|latest| {
            let is_over = event.at - latest.ended_at > time_out;
            let is_next = role != Role::Within && latest.completed_at.is_some();
            !is_over && !is_next
        });
        if let (Some(open), true) = (&open, goes_on) {
            return open.journey;
        }
        let is_tied = latest.is_some_and(|latest| latest.ended_at == event.at);
        let what = rules.kinds.get(event.kind).map_or(0, |kind| kind.what.number());
        let place = self.journeys.len();
        match open {
            Some(open) => open.journey = place,
            None => self.open.push(Open { rule, journey: place }),
        }
        self.journeys.push(Journey {
            rule,
            number: place as i64 + 1,
            started_at: event.at,
            first_event: is_tied.then(|| format!("{what}-{}", event.id)),
            ended_at: event.at,
            completed_at: None,
            touchpoints: 0,
            contacts: 0,
            two_way: 0,
            automatic: 0,
            steps: 0,
            path: String::new(),
            kind: event.kind,
            channels: Vec::new(),
            outcome: None,
            last_event: self.events,
        });
        place
    }

    /// The journeys are complete: says of each event which one it is part of, and on its last event what it was.
    pub(super) fn finish(&self, rules: &Rules, output: &mut Output) {
        let mut ended: Vec<&Journey> = self.journeys.iter().collect();
        let name = |journey: &Journey| rules.journeys.get(journey.rule).map_or("", |rule| rule.name.as_str());
        ended.sort_by(|one, other| one.last_event.cmp(&other.last_event).then_with(|| name(one).cmp(name(other))));
        let (mut steps, mut ended) = (self.steps.as_slice(), ended.as_slice());
        for event in 0..self.events {
            let (of_event, later) = steps.split_at(steps.partition_point(|step| step.0 <= event));
            steps = later;
            output.step(of_event.iter().filter_map(|step| self.journeys.get(step.1)), rules);
            let (here, later) = ended.split_at(ended.partition_point(|journey| journey.last_event <= event));
            ended = later;
            output.ended(
                here.iter().map(|journey| (*journey, self.outcome_of(journey, rules), self.next_order(journey))),
                rules,
            );
        }
    }

    /// The outcome of the least priority whose event is a step, or came in time after the last step.
    fn outcome_of<'r>(&self, journey: &Journey, rules: &'r Rules) -> Option<&'r str> {
        let outcomes = rules.journeys.get(journey.rule).map(|rule| rule.outcomes.as_slice()).unwrap_or_default();
        let place = outcomes.iter().enumerate().position(|(place, outcome)| {
            journey.outcome == Some(place)
                || self
                    .first_after(outcome.trigger, journey.ended_at)
                    .is_some_and(|at| at - journey.ended_at <= outcome.within)
        });
        place.and_then(|place| outcomes.get(place)).map(|outcome| outcome.name.as_str())
    }

    /// The first order after the journey's last event.
    fn next_order(&self, journey: &Journey) -> Option<i64> {
        self.first_after(0, journey.ended_at)
    }

    fn first_after(&self, trigger: usize, at: i64) -> Option<i64> {
        let times = self.triggered.get(trigger)?;
        times.get(times.partition_point(|time| *time <= at)).copied()
    }
}
