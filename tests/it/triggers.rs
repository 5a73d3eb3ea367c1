//! Triggers and tables of the last snapshot: their declarations reach SQL, and each mistake in them, including mistakes
//! in SQL expressions, is reported at its position in the YAML.

use std::fs;

use super::mistakes::{PIPELINE, mistakes, project};
use super::support::{Copy, Outcome, integers, matches_snapshot, shown, texts};

const BLOCKS: &str = "earlier_tables:
  earlier_calls:
    description: Calls of the runs before this one.
    table: call_history
    columns:
      customer_key: { type: string, description: The person }
      trigger: { type: string, description: What called for it }
      called_on: { type: date, description: Day of the run }

triggers:
  large_order:
    description: Somebody has bought for more than usual.
    from: person_sales
    when: revenue >= $large_order and customer_key <> 'nobody'
    at: last_ordered_at
    reason: \"cast(orders as varchar) || ' orders'\"
    action: call
    purpose: service
    channels: [phone, email]
    priority: 1
    cooldown_days: 60
    expires_days: 14
    control_share: 0.25
    outcomes: { ordered: [90, 30] }
  two_orders:
    description: It is somebody's second order, or a later one.
    from: person_sales
    when: >
      orders >= 2
      and customer_key <> 'nobody'
    at: cast(last_ordered_at as date)
    action: thank
    purpose: marketing
    channels: [email]
    priority: 2
    cooldown_days: 30
    expires_days: 7
    control_share: 0

";

const HISTORY: &str = "-- Grain: one row per call.
select
    earlier_calls.customer_key,
    earlier_calls.trigger,
    earlier_calls.called_on
from earlier_calls
where earlier_calls.called_on < $as_of

union all

select
    trigger_hits.customer_key,
    trigger_hits.trigger,
    $as_of as called_on
from trigger_hits
";

const HITS: &str = "-- Grain: one row per trigger and customer.
select
    trigger_hits.*,
    triggers.priority,
    triggers.control_per_million,
    trigger_channels.channel,
    trigger_outcomes.window_days
from trigger_hits
inner join triggers on trigger_hits.trigger = triggers.trigger
inner join trigger_channels on trigger_hits.trigger = trigger_channels.trigger and trigger_channels.preference = 1
left join trigger_outcomes on trigger_hits.trigger = trigger_outcomes.trigger and trigger_outcomes.window_days < 90
";

const MODELS: &str = "models:
  call_history:
    description: Every call of this run and of those before it.
    key: [customer_key, trigger, called_on]
    columns:
      customer_key: { description: The person }
      trigger: { description: What called for it }
      called_on: { description: Day of the run }

  hits:
    description: For whom triggers fire.
    key: [trigger, customer_key]
    columns:
      trigger: { description: The trigger }
      customer_key: { description: The person }
      triggered_at: { description: When }
      reason: { description: Why }
      priority: { description: Lowest wins }
      control_per_million: { description: Control group }
      channel: { description: Preferred channel }
      window_days: { description: Days that count }

";

/// A copy of the small project that has triggers and remembers their hits.
fn with_triggers(copy: Copy) -> Copy {
    copy.edit(PIPELINE, "identity:\n", &format!("{BLOCKS}identity:\n"));
    copy.edit(PIPELINE, "models:\n", MODELS);
    copy.write("sql/marts/call_history.sql", HISTORY);
    copy.write("sql/marts/hits.sql", HITS);
    copy
}

/// The output of `check` after an edit of the blocks.
#[track_caller]
fn checked(from: &str, to: &str) -> Outcome {
    let copy = with_triggers(project());
    copy.edit(PIPELINE, from, to);
    copy.lojal(&["check"]).exits(2)
}

/// The condition of the first trigger.
const WHEN: &str = "when: revenue >= $large_order and customer_key <> 'nobody'";

// Use of triggers

#[test]
fn triggers_are_ordinary_tables() {
    let copy = with_triggers(Copy::of_small());
    matches_snapshot!("check", copy.lojal(&["check"]).exits(0));
    matches_snapshot!("ls", copy.lojal(&["ls"]).exits(0).stdout.lines().take(7).collect::<Vec<_>>().join("\n"));
    matches_snapshot!("plan_of_a_selection", copy.lojal(&["plan", "--select", "+hits"]).exits(0));
    copy.lojal(&["run", "--quiet"]).exits(0);
    matches_snapshot!("hits", shown(&copy.warehouse().table("hits")));
}

#[test]
fn an_empty_block_makes_empty_tables() {
    let copy = with_triggers(Copy::of_small());
    let block = &BLOCKS[BLOCKS.find("triggers:").unwrap()..];
    copy.edit(PIPELINE, block, "triggers: {}\n\n");
    copy.lojal(&["run", "--quiet"]).exits(0);
    assert_eq!(copy.warehouse().table("hits").num_rows(), 0);
}

#[test]
fn without_a_block_there_are_no_such_tables() {
    let copy = with_triggers(project());
    let block = &BLOCKS[BLOCKS.find("triggers:").unwrap()..];
    copy.edit(PIPELINE, block, "");
    assert!(copy.lojal(&["check"]).exits(2).stderr.contains("there is no table `trigger_hits`"));
}

#[test]
fn a_run_reads_what_earlier_runs_published() {
    let copy = with_triggers(Copy::of_small());
    let run = |as_of: &str| copy.lojal(&["run", "--quiet", "--as-of", as_of]).exits(0);
    let bytes = || fs::read(&copy.warehouse().files("call_history")[0]).unwrap();
    let days = || {
        let mut days: Vec<String> = shown(&copy.warehouse().table("call_history"))
            .lines()
            .filter_map(|line| line.split('|').nth(3).map(|cell| cell.trim().to_owned()))
            .filter(|cell| cell.starts_with("2025"))
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    };
    run("2025-02-12");
    let first = bytes();
    run("2025-02-13");
    assert_eq!(days(), ["2025-02-12", "2025-02-13"]);
    let second = bytes();
    // The same day again, then the first day: rows of that day or later are not read.
    run("2025-02-13");
    assert_eq!(bytes(), second);
    run("2025-02-12");
    assert_eq!(bytes(), first);
    let counts = copy.warehouse().table("row_counts");
    assert_eq!(texts(&counts, "source"), ["members", "orders", "visits"], "it is not an extract");
    let manifest = copy.warehouse().json("manifest.json");
    assert_eq!(manifest["sources"]["source.shop.earlier_calls"]["path"], "current/call_history");
}

#[test]
fn the_tables_of_the_last_run_are_not_a_change() {
    let copy = with_triggers(Copy::of_small());
    copy.lojal(&["run", "--quiet"]).exits(0);
    copy.lojal(&["run", "--quiet", "--skip-unchanged"]).exits(99);
    copy.edit(PIPELINE, "    cooldown_days: 60", "    cooldown_days: 61");
    copy.lojal(&["run", "--quiet", "--skip-unchanged"]).exits(0);
}

#[test]
fn an_earlier_table_with_other_columns_is_reported() {
    let copy = with_triggers(Copy::of_small());
    copy.lojal(&["run", "--quiet", "--as-of", "2025-02-12"]).exits(0);
    copy.edit(PIPELINE, "called_on: { type: date,", "called_on: { type: timestamp,");
    let casts = HISTORY.replace("    $as_of as called_on", "    $as_of_end as called_on");
    copy.write("sql/marts/call_history.sql", casts.replace("called_on < $as_of", "called_on < $as_of_end"));
    matches_snapshot!("another_type", copy.lojal(&["run", "--quiet", "--as-of", "2025-02-13"]).exits(1));
}

#[test]
fn an_optional_column_may_be_new() {
    let copy = with_triggers(Copy::of_small());
    copy.lojal(&["run", "--quiet", "--as-of", "2025-02-12"]).exits(0);
    let column = "called_on: { type: date, description: Day of the run }";
    copy.edit(PIPELINE, column, &format!("{column}\n      calls: {{ type: int }}"));
    copy.edit(
        PIPELINE,
        "called_on: { description: Day of the run }",
        "called_on: { description: Day of the run }\n      calls: { description: How often }",
    );
    let history = HISTORY.replace(
        "    earlier_calls.called_on\n",
        "    earlier_calls.called_on,\n    coalesce(earlier_calls.calls, 7) as calls\n",
    );
    copy.write(
        "sql/marts/call_history.sql",
        history.replace("    $as_of as called_on\n", "    $as_of as called_on,\n    1 as calls\n"),
    );
    matches_snapshot!("new_column", copy.lojal(&["run", "--quiet", "--as-of", "2025-02-13"]).exits(1));
    copy.edit(PIPELINE, "calls: { type: int }", "calls: { type: int, optional: true }");
    copy.lojal(&["run", "--quiet", "--as-of", "2025-02-13"]).exits(0);
    let calls = integers(&copy.warehouse().table("call_history"), "calls");
    assert!(calls.contains(&7) && calls.contains(&1), "{calls:?}");
}

// Mistakes in expressions

#[test]
fn unknown_column() {
    mistakes!(1, "unknown_column", checked("when: revenue >=", "when: revenu >="));
}

#[test]
fn unknown_column_on_a_later_line() {
    mistakes!(1, "unknown_column_on_a_later_line", checked("      and customer_key <>", "      and custmer_key <>"));
}

#[test]
fn unknown_var() {
    mistakes!(1, "unknown_var", checked(">= $large_order", ">= $largest_order"));
}

#[test]
fn a_statement_is_not_an_expression() {
    mistakes!(1, "statement", checked("orders >= 2\n", "orders >= 2; drop table person_sales\n"));
}

#[test]
fn brackets_cannot_break_out() {
    mistakes!(1, "brackets", checked(WHEN, "when: revenue > 0) as fires, (true"));
}

#[test]
fn a_comment_cannot_break_out() {
    mistakes!(1, "comment", checked(WHEN, "when: \"true /* and\""));
    let copy = with_triggers(project());
    copy.edit(PIPELINE, WHEN, "when: \"true -- and\"");
    copy.lojal(&["check"]).exits(0);
}

#[test]
fn an_alias_is_not_part_of_an_expression() {
    mistakes!(1, "alias", checked("|| ' orders'\"", "|| ' orders' as reason\""));
}

#[test]
fn unknown_function_in_a_quoted_text() {
    mistakes!(1, "unknown_function", checked("|| ' orders'\"", "|| ' orders' || concatt(orders)\""));
}

#[test]
fn unknown_table_of_a_subquery() {
    mistakes!(1, "unknown_table", checked(WHEN, "when: customer_key in (select customer_key from person_sale)"));
}

#[test]
fn direct_identifiers_of_a_subquery() {
    let when = "when: customer_key in (select customer_key from person_contacts)";
    mistakes!(1, "subquery_restricted", checked(WHEN, when));
}

#[test]
fn an_aggregate_is_rejected() {
    mistakes!(1, "aggregate", checked(WHEN, "when: count(*) > 1"));
}

#[test]
fn the_clock_is_rejected() {
    mistakes!(1, "clock", checked(WHEN, "when: last_ordered_at > now()"));
}

#[test]
fn expressions_of_wrong_types() {
    mistakes!(1, "condition_that_is_a_number", checked(WHEN, "when: revenue"));
    mistakes!(1, "time_that_is_a_number", checked("at: last_ordered_at", "at: orders"));
    mistakes!(
        1,
        "reason_that_is_a_number",
        checked("reason: \"cast(orders as varchar) || ' orders'\"", "reason: orders")
    );
}

#[test]
fn an_incomplete_expression() {
    mistakes!(1, "incomplete", checked(WHEN, "when: revenue >="));
    mistakes!(1, "nothing", checked(WHEN, "when: ''"));
}

#[test]
fn all_mistakes_are_reported_together() {
    let copy = with_triggers(project());
    copy.edit(PIPELINE, "when: revenue >=", "when: revenu >=");
    copy.edit(PIPELINE, "at: last_ordered_at\n", "at: last_order\n");
    copy.edit(PIPELINE, "      and customer_key <>", "      and customer <>");
    mistakes!(3, "three_at_once", copy.lojal(&["check"]).exits(2));
}

// Mistakes in the rest of the block

#[test]
fn unknown_key() {
    mistakes!(1, "unknown_key", checked("control_share: 0.25", "control_shar: 0.25"));
}

#[test]
fn unknown_purpose() {
    mistakes!(1, "unknown_purpose", checked("purpose: service", "purpose: servce"));
}

#[test]
fn missing_key() {
    mistakes!(1, "missing_key", checked("    action: call\n", ""));
}

#[test]
fn models_that_triggers_cannot_read() {
    let from = "second order, or a later one.\n    from: person_sales";
    let to = |model: &str| format!("second order, or a later one.\n    from: {model}");
    mistakes!(1, "from_unknown", checked(from, &to("person_sale")));
    mistakes!(1, "from_itself", checked(from, &to("trigger_hits")));
    mistakes!(1, "from_without_customer", checked(from, &to("daily_sales")));
    mistakes!(1, "from_restricted", checked(from, &to("person_contacts")));
    mistakes!(1, "from_a_reader", checked(from, &to("call_history")));
}

#[test]
fn numbers_out_of_range() {
    let copy = with_triggers(project());
    copy.edit(PIPELINE, "control_share: 0.25", "control_share: 1.25");
    copy.edit(PIPELINE, "expires_days: 14", "expires_days: 0");
    copy.edit(PIPELINE, "cooldown_days: 60", "cooldown_days: 36600");
    copy.edit(PIPELINE, "ordered: [90, 30]", "ordered: [90, 90], paid: []");
    copy.edit(PIPELINE, "channels: [phone, email]", "channels: [phone, phone]");
    copy.edit(PIPELINE, "channels: [email]", "channels: []");
    copy.edit(PIPELINE, "  two_orders:", "  Two-Orders:");
    mistakes!(8, "numbers_out_of_range", copy.lojal(&["check"]).exits(2));
}

#[test]
fn names_already_in_use() {
    let copy = with_triggers(project());
    copy.write("sql/intermediate/trigger_hits.sql", "select 1 as x");
    mistakes!(1, "model_of_a_tables_name", copy.lojal(&["check"]).exits(2));
    mistakes!(1, "earlier_table_of_a_sources_name", checked("  earlier_calls:", "  orders:"));
}

#[test]
fn a_law_about_triggers_is_proved_before_data_is_read() {
    let copy = with_triggers(project());
    copy.write(
        "sql/checks/cooldowns.sql",
        "select triggers.trigger, triggers.cooldown_days from triggers where triggers.cooldown_days > 45",
    );
    copy.edit(PIPELINE, "checks:\n  sales", "checks:\n  cooldowns: { description: Cooldowns are short }\n  sales");
    mistakes!(1, "broken_law", copy.lojal(&["check"]).exits(2));
}

// Mistakes about earlier tables

#[test]
fn earlier_tables_that_do_not_match_the_models() {
    mistakes!(1, "earlier_unknown", checked("    table: call_history", "    table: call_histry"));
    mistakes!(1, "earlier_intermediate", checked("    table: call_history", "    table: int_person_orders"));
    mistakes!(1, "earlier_other_type", checked("trigger: { type: string,", "trigger: { type: int,"));
    mistakes!(1, "earlier_no_type", checked("trigger: { type: string,", "trigger: { type: text,"));
    let column = "called_on: { type: date, description: Day of the run }";
    mistakes!(1, "earlier_other_column", checked(column, &format!("{column}\n      call_on: {{ type: date }}")));
}
