//! Tables by month when the run's day is not the last of its month: each must show which month is not over.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;

use super::support::{Copy, column};

/// 1 December 2025, in days since 1970.
const DECEMBER: i32 = 20_423;

#[test]
fn tables_by_month_mark_the_month_that_is_not_over() {
    let copy = Copy::of_repository();
    copy.lojal(&["run", "--quiet", "--as-of", "2025-12-10"]).exits(0);
    let warehouse = copy.warehouse();
    let mut marked = 0;
    for name in warehouse.tables() {
        let table = warehouse.table(&name);
        let Some(months) = table.column_by_name("month") else { continue };
        let months = months.as_primitive::<Date32Type>().values().iter();
        let is_complete = column(&table, "is_complete_month").as_boolean().iter();
        for (month, is_complete) in months.zip(is_complete) {
            assert_eq!(is_complete, Some(*month < DECEMBER), "{name}, {month} days after 1970-01-01");
            marked += usize::from(*month == DECEMBER);
        }
    }
    assert!(marked > 0, "the sample has events in December");
}

#[test]
fn members_of_an_unfinished_month_have_no_rates() {
    let copy = Copy::of_repository();
    copy.lojal(&["run", "--quiet", "--as-of", "2025-12-10", "--select", "loyalty_programme"]).exits(0);
    let programme = copy.warehouse().table("loyalty_programme");
    let months = column(&programme, "month").as_primitive::<Date32Type>();
    for name in ["participation_rate", "retention_rate", "retention_12m"] {
        let rates = column(&programme, name);
        let known = |month: i32| (0..months.len()).any(|row| months.value(row) == month && rates.is_valid(row));
        assert!(!known(DECEMBER) && known(DECEMBER - 30), "{name}");
    }
}
