//! What is inside values that hold others: the lists and objects of JSON and Parquet, and the type that fits all of them.

use indexmap::IndexMap;
use serde_json::Value;

use super::personal::{Suspicion, suspected};
use super::sql_name::sql_name;
use crate::source::{ColumnType, Nested};

/// An object with more names than this is a map of keys, and not a record.
const MOST_MEMBERS: usize = 200;
/// The most digits that always fit a 64-bit integer.
const MOST_DIGITS: usize = 18;

/// The values at one place.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Values that are not null.
    filled: u64,
    bools: u64,
    numbers: u64,
    texts: u64,
    lists: u64,
    lists_of_objects: u64,
    objects: u64,
    /// Digits of the numbers before and after the point.
    whole: usize,
    fraction: usize,
    element: Option<Box<Seen>>,
    members: IndexMap<String, Seen>,
    too_many: bool,
    suspicion: Suspicion,
}

impl Seen {
    pub(super) fn take(&mut self, value: &Value) {
        self.filled += u64::from(!value.is_null());
        match value {
            Value::Null => {}
            Value::Bool(_) => self.bools += 1,
            Value::Number(number) => {
                self.numbers += 1;
                let (whole, fraction) = digits(&number.to_string());
                (self.whole, self.fraction) = (self.whole.max(whole), self.fraction.max(fraction));
            }
            Value::String(text) => {
                self.texts += 1;
                self.suspicion.take(text.trim().as_bytes());
            }
            Value::Array(items) => {
                self.lists += 1;
                self.lists_of_objects += u64::from(items.iter().any(Value::is_object));
                let element = self.element.get_or_insert_default();
                items.iter().for_each(|item| element.take(item));
            }
            Value::Object(members) => {
                self.objects += 1;
                for (name, value) in members {
                    if self.members.len() >= MOST_MEMBERS && !self.members.contains_key(name) {
                        self.too_many = true;
                        return;
                    }
                    self.members.entry(name.clone()).or_default().take(value);
                }
            }
        }
    }

    /// The number of values that are lists.
    pub(super) fn lists(&self) -> u64 {
        self.lists
    }

    /// The number of those that hold objects.
    pub(super) fn lists_of_objects(&self) -> u64 {
        self.lists_of_objects
    }

    pub(super) fn element(&self) -> Option<&Self> {
        self.element.as_deref()
    }

    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        self.members.get(name)
    }

    /// The type that fits all of the values. Those of several kinds are text.
    pub(super) fn ty(&self) -> Nested {
        let is_all = |count: u64| count > 0 && count == self.filled;
        if is_all(self.lists) {
            return Nested::List(Box::new(self.element.as_ref().map_or(TEXT, |element| element.ty())));
        }
        if is_all(self.objects) && !self.too_many && !self.members.is_empty() {
            return Nested::Struct(self.members.iter().map(|(name, member)| (name.clone(), member.ty())).collect());
        }
        match () {
            () if is_all(self.bools) => Nested::Scalar(ColumnType::Bool),
            () if is_all(self.numbers) => self.number(),
            () => TEXT,
        }
    }

    /// The type that fits all of the numbers.
    pub(super) fn number(&self) -> Nested {
        if self.fraction == 0 && self.whole <= MOST_DIGITS {
            return Nested::Scalar(ColumnType::Int);
        }
        let scale = self.fraction.max(2);
        // Room for greater numbers.
        let precision = [12_u8, 18, 38].into_iter().find(|most| self.whole + scale + 2 <= usize::from(*most));
        match (precision, i8::try_from(scale)) {
            (Some(precision), Ok(scale)) => Nested::Scalar(ColumnType::Decimal { precision, scale }),
            _ => TEXT,
        }
    }

    /// Why values inside may be personal data.
    pub(super) fn suspicion(&self) -> Option<String> {
        let of_element = || self.element.as_ref().and_then(|element| element.suspicion());
        let mut members = self.members.iter().filter_map(|(name, member)| {
            // A product has a name, too, so that only longer ones are those of people.
            let whole = format!("of_{}", sql_name(name));
            let of_member = suspected(&whole, &member.suspicion).or_else(|| member.suspicion())?;
            Some(format!("{name}: {of_member}"))
        });
        let own = suspected("", &self.suspicion).filter(|_| self.texts > 0);
        own.or_else(|| members.next()).or_else(of_element)
    }
}

const TEXT: Nested = Nested::Scalar(ColumnType::String);

/// The type of a column whose values are of this type; text if it cannot be written.
pub(super) fn column_type(nested: &Nested) -> ColumnType {
    nested.to_string().parse().unwrap_or(ColumnType::String)
}

/// The digits before and after the point of a number as JSON writes it.
fn digits(number: &str) -> (usize, usize) {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.trim_start_matches('-').split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let whole = i64::try_from(whole.trim_start_matches('-').len()).unwrap_or(i64::MAX);
    let fraction = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let size = |count: i64| usize::try_from(count.max(0)).unwrap_or(usize::MAX);
    (size(whole.saturating_add(exponent)).max(1), size(fraction.saturating_sub(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(values: &[&str]) -> Seen {
        let mut seen = Seen::default();
        values.iter().for_each(|value| seen.take(&serde_json::from_str(value).unwrap()));
        seen
    }

    #[test]
    fn one_type_fits_all_values() {
        for (values, ty) in [
            (vec!["[1, 2]", "[]", "null"], "list(int)"),
            (vec!["[]"], "list(string)"),
            (vec!["[1, 2.5]"], "list(decimal(12,2))"),
            (vec!["[1e-7]"], "list(decimal(12,7))"),
            (vec!["[12345678901234567890]"], "list(decimal(38,2))"),
            (vec!["[1, \"a\"]"], "list(string)"),
            (vec!["[[true]]", "[null]"], "list(list(bool))"),
            (
                vec!["[{\"sku\": \"a\", \"n\": 1}]", "[{\"sku\": null, \"at place\": {\"x\": 0.5}}]"],
                "list({ sku: string, n: int, \"at place\": { x: decimal(12,2) } })",
            ),
        ] {
            assert_eq!(column_type(&seen(&values).ty()).to_string(), ty, "{values:?}");
        }
    }

    #[test]
    fn a_name_that_no_type_can_hold_leaves_text() {
        assert_eq!(column_type(&seen(&["[{\"a\\\"b\": 1}]"]).ty()), ColumnType::String);
    }

    #[test]
    fn people_inside_values_are_suspected() {
        let why = seen(&["[{\"by\": {\"mail\": \"signe@example.se\"}}]"]).suspicion().unwrap();
        assert_eq!(why, "by: mail: 100 % look like e-mail addresses");
        assert!(seen(&["[{\"first_name\": \"Åsa\"}]"]).suspicion().unwrap().starts_with("first_name: its name"));
        assert_eq!(seen(&["[{\"sku\": \"A-1\", \"name\": \"Mugg\"}]"]).suspicion(), None);
    }
}
