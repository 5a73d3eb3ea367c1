//! SQL models with small inputs and expected rows side by side. tests/models/README.md describes the layout of a case.

use std::fs;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use lojal::config;
use lojal::diagnostics::SourceText;
use lojal::engine::{Engine, EngineOptions, Parameter, Parameters, Query, Relation};
use lojal::local_time::end_of_day;
use lojal::plan::{Project, check_lookups};

use super::support::{entries, repository};

fn project() -> &'static Project {
    static PROJECT: LazyLock<Project> = LazyLock::new(|| Project::read(repository(), None).unwrap());
    &PROJECT
}

/// The SQL file of a model, in whichever folder it is.
fn sql_of(model: &str) -> PathBuf {
    let models = project().models.iter().map(|text| (&text.name, &text.source));
    let checks = project().checks.iter().map(|text| (&text.name, &text.source));
    let found = models.chain(checks).find(|(name, _)| *name == model);
    repository().join(&found.unwrap_or_else(|| panic!("there is no model or check {model}")).1.path)
}

/// Registers the lookups of the default pipeline, except those that the case itself supplies.
fn add_lookups(engine: &Engine, supplied: &[String]) {
    let Project { file, texts, .. } = project();
    let lookups = check_lookups(file, texts, file.time_zone.value.parse().unwrap()).unwrap();
    for (name, lookup) in lookups.into_iter().filter(|(name, _)| !supplied.contains(name)) {
        engine.add_small(&name, lookup.schema(), vec![lookup.rows]).unwrap();
    }
}

/// Parameters of the default pipeline, as of 2025-12-31.
fn parameters() -> Parameters {
    let pipeline = &project().file;
    let as_of = NaiveDate::from_ymd_opt(2025, 12, 31).unwrap();
    let zone = pipeline.time_zone.value.parse().unwrap();
    let mut parameters: Parameters =
        pipeline.vars.iter().map(|(name, value)| (name.value.clone(), Parameter::Scalar(value.clone()))).collect();
    let text = |value: &str| Parameter::Scalar(config::Scalar::Text(value.to_owned()));
    parameters.insert("as_of".to_owned(), Parameter::Date(as_of));
    parameters.insert("as_of_end".to_owned(), Parameter::Instant(end_of_day(as_of, zone)));
    parameters.insert("time_zone".to_owned(), text(&pipeline.time_zone.value));
    parameters.insert("base_currency".to_owned(), text(&pipeline.base_currency));
    parameters.insert("is_rekeyed".to_owned(), Parameter::Scalar(config::Scalar::Bool(false)));
    parameters
}

/// The table of a source that has the name of a published table.
fn shared(name: &str) -> Option<String> {
    let is_source = project().file.sources.keys().any(|source| source.value == name);
    (is_source && project().models.iter().any(|model| model.name == name)).then(|| format!("{name}_source"))
}

async fn planned(engine: &Engine, path: &Path) -> Relation {
    let text = SourceText::new(path.display().to_string(), fs::read_to_string(path).unwrap());
    let mut query = Query::parse(&text, &parameters()).unwrap_or_else(|problems| panic!("{}", problems[0]));
    if path.components().any(|part| part.as_os_str() == "staging") {
        for source in project().file.sources.keys() {
            shared(&source.value).inspect(|table| query.rename(&source.value, table));
        }
    }
    engine.plan(&query).await.unwrap_or_else(|error| panic!("{}", error.into_problem(&text)))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

async fn rows_of(case: &Path) -> String {
    let scratch = tempfile::tempdir().unwrap();
    let options = EngineOptions {
        threads: NonZeroUsize::MIN.saturating_add(1),
        memory_limit: NonZeroU64::new(256 << 20).unwrap(),
        scratch: scratch.path().to_owned(),
    };
    let engine = Engine::open(options).unwrap();
    let mut inputs: Vec<_> =
        entries(case).into_iter().filter(|path| path.extension().is_some_and(|e| e == "sql")).collect();
    // An input may read the inputs before it.
    inputs.sort_by_key(|path| fs::read_to_string(path).unwrap().contains("from int_"));
    add_lookups(&engine, &inputs.iter().map(|path| stem(path)).collect::<Vec<_>>());
    let models = fs::read_to_string(case.join("models.txt")).unwrap();
    let models = models.lines().map(sql_of);
    for path in inputs.into_iter().filter(|path| stem(path) != "query").chain(models) {
        // Rows, not views: each model of a chain is planned once, even where the next one reads it several times.
        let relation = planned(&engine, &path).await;
        let is_input = path.starts_with(case);
        let name = stem(&path);
        let name = shared(&name).filter(|_| is_input).unwrap_or(name);
        engine.keep(&name, &relation).await.unwrap();
    }
    let relation = planned(&engine, &case.join("query.sql")).await;
    let batches = engine.collect_small(&relation).await.unwrap();
    let mut text = Vec::new();
    let mut writer = arrow::csv::WriterBuilder::new()
        .with_header(true)
        .with_timestamp_format("%Y-%m-%dT%H:%M:%S".to_owned())
        .build(&mut text);
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    drop(writer);
    String::from_utf8(text).unwrap()
}

fn expect(case: &str) {
    let folder = repository().join("tests/models").join(case);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_stack_size(16 << 20).build();
    let found = runtime.unwrap().block_on(rows_of(&folder));
    let expected = fs::read_to_string(folder.join("expected.csv")).unwrap();
    assert_eq!(found, expected, "\nfound:\n{found}\nexpected:\n{expected}");
}

/// One test per folder, so that each is reported by name.
macro_rules! cases {
    ($($case:ident),+ $(,)?) => {
        $(#[test] fn $case() { expect(stringify!($case)); })+

        #[test]
        fn every_case_is_run() {
            let folders = entries(&repository().join("tests/models"));
            let folders: Vec<String> = folders.iter().filter(|path| path.is_dir()).map(|path| stem(path)).collect();
            let mut run = vec![$(stringify!($case)),+];
            run.sort_unstable();
            assert_eq!(folders, run);
        }
    };
}

cases!(
    beliefs_about_records_last,
    categories_of_a_customer,
    dates_are_whole_years,
    orders_are_rounded_half_up,
    orders_are_sums_of_their_lines,
    sales_and_returns_of_one_receipt,
    lines_left_out_have_a_reason,
    amounts_are_held_against_the_extract,
    receipt_numbers_begin_again,
    scores_are_safe_with_ties,
    scores_follow_fixed_cuts,
    thresholds_explain_the_scores,
    contact_details_have_one_spelling,
    contacts_have_directions,
    stages_follow_the_rules,
    funnel_follows_those_who_entered,
    small_cells_are_hidden,
    whale_curve,
    profit_ranks,
    cohorts_pay_back,
    cohorts_by_first_purchase,
    unknown_costs_are_null,
    without_unit_costs_revenue_ranks,
    without_minute_costs_margin_ranks,
    tiers_are_of_twelve_months,
    orders_per_purchase_day_are_expected,
    needs_anchor_is_the_first,
    needs_few_buyers_have_no_segments,
    needs_inputs_of_both_dates,
    needs_names_are_unique,
    nps_is_of_the_segment_before,
    needs_segments_are_found_and_kept,
    rates_in_force_on_the_day,
    orders_cost_payment_and_delivery,
    activities_are_costed_by_the_minute,
    a_reconciliation_difference_is_found,
    loyalty_programme_by_month,
    members_are_compared_within_tiers,
    stated_groups_are_compared_by_outcome,
    growth_is_a_ratio_of_sums,
    units_and_their_customers,
    quarters_of_units,
    engagement_and_later_measures,
    drivers_are_known_before_the_answer,
    driver_importance_is_estimated,
    drivers_of_stated_and_observed_loyalty_differ,
    priorities_count_customers_once,
    priorities_hide_small_cells,
    priorities_weigh_importance_headroom_and_value,
    scores_and_nps_move_together,
    months_and_windows_hide_each_other,
    persons_are_counted_not_answers,
    indices_are_weighted,
    invitations_are_answered,
    changes_have_intervals,
    scores_are_weighted,
    journeys_are_cut_from_events,
    touchpoints_hold_every_event,
    answers_are_linked,
    outcomes_after_a_journey,
    few_answers_hide_the_comparison,
    flags_that_were_corrected,
    activation_rules_apply_in_order,
    records_change_persons,
    regions_are_coarse,
    activations_end_and_are_remembered,
    activation_outcomes_are_computed,
    volumes_are_held_against_the_last_snapshot,
    stages_are_held_against_the_last_snapshot,
);
