//! Names of the tables that the block `triggers` makes.

/// Table of the customers for whom a trigger fires.
pub const TRIGGER_HITS: &str = "trigger_hits";
/// Name of the settings' table.
pub(super) const TRIGGERS: &str = "triggers";
/// Name of the table of channels by trigger.
pub(super) const TRIGGER_CHANNELS: &str = "trigger_channels";
/// Name of the table of outcomes by trigger.
pub(super) const TRIGGER_OUTCOMES: &str = "trigger_outcomes";

/// Tables that the block makes.
pub(in crate::plan) const TABLES: [&str; 4] = [TRIGGERS, TRIGGER_CHANNELS, TRIGGER_OUTCOMES, TRIGGER_HITS];
