//! `journey_step` and `journey_id` through SQL, as models call them.

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;

use crate::functions::tests::session;

const RULES: &str = "(select array_agg(named_struct('journey', column1, 'time_out_days', column2))
    from (values ('repair', 10), ('visit', 10), ('any', 5)) as t)";
const TOUCHPOINTS: &str =
    "(select array_agg(named_struct('event', column1, 'touchpoint', column2, 'channel', column3, 'journey', column4, 'role', column5))
    from (values ('contact', 'call', 'any', 'repair', 'start'), ('contact', 'any', 'store', 'visit', 'within'),
        ('contact', 'call', 'email', 'repair', 'within'), ('contact', 'part', 'any', 'repair', 'within'),
        ('contact', 'fixed', 'any', 'repair', 'end')) as t)";
const OUTCOMES: &str =
    "(select array_agg(named_struct('journey', column1, 'priority', column2, 'outcome', column3, 'event', column4,
        'touchpoint', column5, 'within_days', column6))
    from (values ('any', 2, 'bought', 'order', 'any', 3), ('any', 1, 'complained', 'contact', 'complaint', 3)) as t)";

/// One line per event: id, journey with number, count, others, and what ended with it.
async fn walk(events: &str) -> Result<Vec<String>> {
    walk_with(events, RULES).await
}

async fn walk_with(events: &str, rules: &str) -> Result<Vec<String>> {
    let sql = format!(
        "with events as (
            select column1 as no, column2 as event, column3 as id, column4 as touchpoint, column5 as channel,
                column6 as journey, to_timestamp_micros(column7 * 86400000000) as at
            from (values {events}) as t
        ), walked as (
            select id, journey_step(no, at, event, id, touchpoint, channel, journey, 1, 0, {rules}, {TOUCHPOINTS}, {OUTCOMES})
                over (partition by no / 10 order by no, at, event, id) as step
            from events
        )
        select concat_ws(' ', id, concat(step['journey'], step['journey_number'], step['first_event']), step['journey_count'],
            array_length(step['other_journeys']), concat('[', step['ended_journeys'][1]['path'], ']'),
            step['ended_journeys'][1]['channels'], step['ended_journeys'][1]['outcome']) as line
        from walked order by id"
    );
    let found = session(2).sql(&sql).await?.collect().await?;
    let table = pretty_format_batches(&found)?.to_string();
    Ok(table
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .map(|line| line.trim_matches(['|', ' ']).to_owned())
        .collect())
}

#[tokio::test]
async fn a_time_out_or_a_start_after_an_end_begins_the_next_journey() {
    let found = walk(
        "(1, 'contact', 1, 'call', 'phone', null, 0), (1, 'contact', 2, 'part', 'web', null, 10),
        (1, 'contact', 3, 'part', 'web', null, 21), (1, 'contact', 4, 'fixed', 'phone', null, 22),
        (1, 'contact', 5, 'call', 'email', null, 22), (1, 'contact', 6, 'call', 'phone', null, 22),
        (2, 'contact', 7, 'call', 'phone', null, 22)",
    );
    assert_eq!(
        found.await.unwrap(),
        [
            "1 repair1 1 []",
            "2 repair1 1 [call > part] phone, web",
            "3 repair2 1 []",
            "4 repair2 1 []",
            "5 repair2 1 [part > fixed > call] email, phone, web",
            "6 repair31-6 1 [call] phone",
            "7 repair1 1 [call] phone",
        ]
    );
}

#[tokio::test]
async fn an_event_of_two_journeys_names_the_first_and_lists_the_other() {
    let found = walk("(1, 'contact', 1, 'call', 'store', null, 0), (1, 'contact', 2, 'chat', 'store', null, 1)").await;
    assert_eq!(found.unwrap(), ["1 repair1 2 1 [call] store", "2 visit2 1 [call > chat] store"]);
}

#[tokio::test]
async fn a_contact_that_no_row_fits_is_within_the_journey_of_its_extract() {
    let found = walk(
        "(1, 'contact', 1, 'dance', null, 'club', 0), (1, 'contact', 2, 'dance', null, null, 1),
        (1, 'order', 3, 'order', 'web', null, 2), (0, 'contact', 4, 'call', 'phone', null, 2)",
    );
    assert_eq!(found.await.unwrap(), ["1 club1 1 [dance] bought", "2  0 []", "3  0 []", "4  0 []"]);
}

#[tokio::test]
async fn the_outcome_of_least_priority_in_time_counts() {
    let found = walk(
        "(1, 'contact', 1, 'call', 'phone', null, 0), (1, 'order', 2, 'order', 'web', null, 1),
        (1, 'contact', 3, 'complaint', 'web', null, 3), (1, 'contact', 4, 'fixed', 'phone', null, 20),
        (1, 'order', 5, 'order', 'web', null, 24)",
    );
    assert_eq!(
        found.await.unwrap(),
        ["1 repair1 1 [call] phone complained", "2  0 []", "3  0 []", "4 repair2 1 [fixed] phone", "5  0 []"]
    );
}

#[tokio::test]
async fn the_path_names_ten_steps() {
    let events: Vec<String> = (0..12)
        .map(|day| {
            format!("(1, 'contact', {day}, '{}', 'web', null, {day})", if day % 2 == 0 { "call" } else { "part" })
        })
        .collect();
    let found = walk(&events.join(", ")).await.unwrap();
    let path = ["call > part"; 5].join(" > ");
    assert_eq!(found.last().unwrap(), &format!("11 repair1 1 [{path} > ...] web"));
}

#[tokio::test]
async fn lookups_that_say_nothing_of_a_journey_are_an_error() {
    let rules = RULES.replace("('any', 5)", "('other', 5)");
    let found = walk_with("(1, 'contact', 1, 'dance', null, 'club', 0)", &rules).await;
    assert!(found.unwrap_err().to_string().contains("journey_step: rules have neither 'club' nor 'any'"));
    let found = walk_with("(1, 'walk', 1, 'dance', null, 'club', 0)", RULES).await;
    assert!(found.unwrap_err().to_string().contains("event 'walk' is none of contact, order, return and survey"));
}

#[tokio::test]
async fn an_id_is_made_of_person_journey_and_start() {
    let sql = "select journey_id(column1, column2, to_timestamp_micros(column3), column4) as id
        from (values ('c1', 'repair', 0, null), ('c1', 'repair', 1500000, '1-7'), (null, 'repair', 0, null)) as t";
    let found = session(1).sql(sql).await.unwrap().collect().await.unwrap();
    let table = pretty_format_batches(&found).unwrap().to_string();
    for id in ["| c1 repair 1970-01-01T00:00:00Z         |", "| c1 repair 1970-01-01T00:00:01.500Z 1-7 |"] {
        assert!(table.contains(id), "{table}");
    }
}
