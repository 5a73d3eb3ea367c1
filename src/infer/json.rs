//! Reads JSON lines and JSON documents into a profile, record by record.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::input::Kind;
use super::json_words::with_words;
use super::profile::Profile;
use crate::words::counted;

/// Records of the file's start whose keys become columns.
const SAMPLE: usize = 1000;

/// The columns of the first records, and the dotted path of the array that holds them.
pub(super) fn names(kind: Kind, head: &[u8]) -> (Vec<String>, Option<String>) {
    let mut names: Vec<String> = Vec::new();
    let mut count = 0;
    let mut take = |record: &Map<String, Value>| {
        flatten("", record, &mut |name, _| {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        });
        count += 1;
        count < SAMPLE
    };
    let mut path = None;
    match kind {
        Kind::JsonLines => {
            for line in head.split(|byte| *byte == b'\n') {
                let parsed = serde_json::from_slice(line).or_else(|_| serde_json::from_slice(&with_words(line)));
                let Ok(Value::Object(record)) = parsed else { continue };
                if !take(&record) {
                    break;
                }
            }
        }
        _ => {
            let mut walk = Walk {
                path: None,
                rejected: 0,
                others: BTreeMap::new(),
                take: &mut |record: &Map<String, Value>| {
                    take(record);
                },
            };
            // The start may be cut inside a record; the records before it have been read.
            let _ = walk.read(head);
            path = walk.path.filter(|path| !path.is_empty());
        }
    }
    (names, path)
}

/// What a document without records is, as far as its start shows it.
pub(super) fn without_records(head: &[u8]) -> String {
    let parsed = serde_json::from_slice(head).or_else(|_| serde_json::from_slice(&with_words(head)));
    let Ok(Value::Object(document)) = parsed else {
        return "it has no array of objects, which would be its records".to_owned();
    };
    let has_array = |key: &str| document.get(key).is_some_and(Value::is_array);
    if has_array("columns") && has_array("data") {
        return "it is a data frame with its columns and its rows apart (orient=\"split\"): have it written with \
                orient=\"records\""
            .to_owned();
    }
    let first = document.values().next().and_then(Value::as_object);
    if let Some(first) = first.filter(|_| document.values().all(Value::is_object)) {
        let is_indexed = !first.is_empty() && first.keys().all(|key| key.parse::<u64>().is_ok());
        return if is_indexed {
            "each of its members is a column, with a value for each row: have it written as an array of objects \
             (orient=\"records\" of a data frame)"
                .to_owned()
        } else {
            format!(
                "it is an object with {} of objects, by their ids perhaps: have it written as an array of objects, with the id \
                 in each",
                counted(document.len() as u64, "member")
            )
        };
    }
    "it is one object without an array of objects, which would be its records".to_owned()
}

/// Reads all records of a file. Values that are not objects count as misfits.
pub(super) fn scan(content: &mut dyn Read, kind: Kind, file: u16, profile: &mut Profile) -> io::Result<()> {
    let mut content = Counted { inner: content, bytes: 0 };
    if kind == Kind::JsonLines {
        let mut lines = BufReader::with_capacity(1 << 20, &mut content);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let parsed = serde_json::from_slice::<Map<String, Value>>(&line)
                .or_else(|_| serde_json::from_slice(&with_words(&line)));
            match parsed {
                Ok(record) => take(&record, file, profile),
                Err(_) if line.trim_ascii().is_empty() => {}
                Err(_) => profile.misfits += 1,
            }
            line.clear();
        }
    } else {
        let mut walk = Walk {
            path: None,
            rejected: 0,
            others: BTreeMap::new(),
            take: &mut |record: &Map<String, Value>| take(record, file, profile),
        };
        walk.read(BufReader::with_capacity(1 << 20, &mut content)).map_err(io::Error::other)?;
        let (rejected, others) = (walk.rejected, walk.others);
        profile.misfits += rejected;
        for (path, count) in others {
            *profile.other_lists.entry(path).or_default() += count;
        }
    }
    profile.bytes_read += content.bytes;
    Ok(())
}

fn take(record: &Map<String, Value>, file: u16, profile: &mut Profile) {
    flatten("", record, &mut |name, value| {
        let column = profile.column(name);
        if value.is_array() {
            profile.inside[column].take(value);
        }
        let cell = profile.cell(column);
        match value {
            Value::Null => {}
            Value::String(text) => cell.extend_from_slice(text.as_bytes()),
            other => cell.extend_from_slice(other.to_string().as_bytes()),
        }
    });
    profile.end_row(file);
}

/// Calls `each` with every value of a record and its dotted name; an array is one value.
fn flatten(before: &str, record: &Map<String, Value>, each: &mut impl FnMut(&str, &Value)) {
    for (key, value) in record {
        let name = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        match value {
            Value::Object(inner) => flatten(&name, inner, each),
            other => each(&name, other),
        }
    }
}

/// Finds the first array of objects in a document and returns its objects one by one.
struct Walk<'a> {
    path: Option<String>,
    rejected: u64,
    /// Objects in arrays of other paths.
    others: BTreeMap<String, u64>,
    take: &'a mut dyn FnMut(&Map<String, Value>),
}

impl Walk<'_> {
    fn read(&mut self, text: impl Read) -> Result<(), serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_reader(text);
        // Documents may follow each other.
        loop {
            Node { walk: &mut *self, path: String::new() }.deserialize(&mut deserializer)?;
            if deserializer.end().is_ok() {
                return Ok(());
            }
        }
    }
}

struct Node<'a, 'b> {
    walk: &'a mut Walk<'b>,
    path: String,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let path = if self.path.is_empty() { key } else { format!("{}.{key}", self.path) };
            map.next_value_seed(Node { walk: &mut *self.walk, path })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<Value>()? {
            let Value::Object(record) = item else {
                self.walk.rejected += u64::from(self.walk.path.as_ref() == Some(&self.path));
                continue;
            };
            let path = self.walk.path.get_or_insert_with(|| self.path.clone());
            if *path == self.path {
                (self.walk.take)(&record);
            } else {
                *self.walk.others.entry(self.path.clone()).or_default() += 1;
            }
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

struct Counted<'a> {
    inner: &'a mut dyn Read,
    bytes: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_may_follow_each_other() {
        let mut profile = Profile::default();
        let text = b"{\"rows\": [{\"id\": 1}]}\n{\"rows\": [{\"id\": 2}, {\"id\": 3}]}\n";
        scan(&mut text.as_slice(), Kind::Json, 0, &mut profile).unwrap();
        assert_eq!((profile.rows, profile.misfits), (3, 0));
    }

    #[test]
    fn records_are_found_in_a_document() {
        let text =
            br#"{"at": "x", "data": {"orders": [{"id": 1, "by": {"name": "A"}}, 7, {"id": 2}]}, "other": [{"no": 1}]}"#;
        assert_eq!(
            names(Kind::Json, text),
            (vec!["id".to_owned(), "by.name".to_owned()], Some("data.orders".to_owned()))
        );
        let mut profile = Profile::default();
        scan(&mut text.as_slice(), Kind::Json, 0, &mut profile).unwrap();
        assert_eq!((profile.rows, profile.misfits, profile.names.len()), (2, 1, 2));
        assert_eq!(profile.other_lists["other"], 1);
        assert_eq!(profile.columns[1].empty, 1);
    }
}
