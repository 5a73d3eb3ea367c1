//! A Parquet file states its own types, which are used; values decide only where a type leaves them open. Cells are the
//! texts that a run reads.

use std::io;
use std::path::Path;

use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Field, FieldRef};

use super::inside::{Seen, column_type};
use super::profile::Profile;
use crate::extract::ParquetView;
use crate::source::{ColumnType, Nested};
use crate::store::Stored;

/// The most digits that always fit a 64-bit integer with a sign.
const MOST_DIGITS: u8 = 18;

/// Names of the columns, their types if lojal has them, and remarks on columns that cannot be read.
type ParquetSchema = (Vec<String>, Vec<Option<ColumnType>>, Vec<String>);

fn open(path: &Path) -> io::Result<ParquetView> {
    let stored = Stored::local(Path::new(""), path)?;
    ParquetView::open(stored.ok_or_else(|| io::Error::other("it is a folder"))?)
}

/// Names and types of a file's columns, and remarks on columns that cannot be read.
pub(super) fn schema(path: &Path) -> io::Result<ParquetSchema> {
    let view = open(path)?;
    let mut found = (Vec::new(), Vec::new(), Vec::new());
    view.fields().iter().try_for_each(|field| add(&view, field.name().clone(), field, &mut found))?;
    Ok(found)
}

/// Adds a column, or the members of a struct by their dotted paths.
fn add(view: &ParquetView, name: String, field: &Field, found: &mut ParquetSchema) -> io::Result<()> {
    let paths = |members: &[FieldRef]| -> Vec<(String, FieldRef)> {
        members.iter().map(|member| (format!("{name}.{}", member.name()), FieldRef::clone(member))).collect()
    };
    match field.data_type() {
        // A name with a dot in it is not a path.
        DataType::Struct(members) if paths(members).iter().all(|(path, _)| view.field(path).is_some()) => {
            return paths(members).into_iter().try_for_each(|(path, member)| add(view, path, &member, found));
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_)
            if !ParquetView::holds_uuids(field) =>
        {
            if let Some(row) = first_that_is_not_text(view, &name)? {
                found.2.push(format!(
                    "column {name} is left out: it holds bytes ({}), which are not text in row {row}; no run reads them",
                    field.data_type()
                ));
                return Ok(());
            }
            found.2.push(format!("column {name} holds bytes, all of which are text"));
        }
        DataType::Map(..) => {
            found.2.push(format!(
                "column {name} is a map: its text is JSON; with keys that are known, declare {{ key: type, … }}"
            ));
        }
        _ => {}
    }
    found.0.push(name);
    found.1.push(type_of(field));
    Ok(())
}

/// The first row whose bytes are not text.
fn first_that_is_not_text(view: &ParquetView, name: &str) -> io::Result<Option<u64>> {
    let (mut row, mut found) = (0, None);
    view.rows(&[name.to_owned()], |cells| {
        row += 1;
        let is_text = cells.iter().all(|cell| std::str::from_utf8(cell).is_ok_and(|text| !text.contains('\0')));
        found = found.or(Some(row).filter(|_| !is_text));
        Ok(())
    })?;
    Ok(found)
}

/// Reads a file's rows for facts that its schema lacks: empty cells, keys, personal data, sizes of numbers.
pub(super) fn scan(
    path: &Path,
    places: &[usize],
    names: &[String],
    file: u16,
    profile: &mut Profile,
) -> io::Result<()> {
    let view = open(path)?;
    profile.bytes_read += std::fs::metadata(path)?.len();
    let nested: Vec<bool> = places.iter().map(|place| is_nested(profile.stated[*place])).collect();
    view.rows(names, |cells| {
        for ((cell, place), is_nested) in cells.iter().zip(places).zip(&nested) {
            profile.cell(*place).extend_from_slice(cell);
            if *is_nested && let Ok(value) = serde_json::from_slice(cell) {
                profile.inside[*place].take(&value);
            }
        }
        profile.end_row(file);
        Ok(())
    })?;
    for (name, place) in names.iter().zip(places) {
        let is_unsigned = view.field(name).is_some_and(|field| *field.data_type() == DataType::UInt64);
        if is_unsigned && profile.columns[*place].point.whole <= MOST_DIGITS {
            profile.stated[*place] = Some(ColumnType::Int);
        }
        if let Some(field) = view.field(name).filter(|_| is_nested(profile.stated[*place])) {
            profile.stated[*place] = Some(column_type(&inside(&field, Some(&profile.inside[*place]))));
        }
    }
    Ok(())
}

fn is_nested(stated: Option<ColumnType>) -> bool {
    matches!(stated, Some(ColumnType::Nested(_)))
}

/// The type of values inside a column; what the schema leaves open is as it was seen.
fn inside(field: &Field, seen: Option<&Seen>) -> Nested {
    match field.data_type() {
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => Nested::List(Box::new(inside(element, seen.and_then(Seen::element)))),
        DataType::Struct(members) => {
            let member = |field: &FieldRef| {
                (field.name().clone(), inside(field, seen.and_then(|seen| seen.member(field.name()))))
            };
            Nested::Struct(members.iter().map(member).collect())
        }
        _ => match type_of(field) {
            Some(ty) => Nested::Scalar(ty),
            None => seen.map_or(Nested::Scalar(ColumnType::String), Seen::number),
        },
    }
}

/// The lojal type of a Parquet column; `None` if it depends on the values.
fn type_of(field: &Field) -> Option<ColumnType> {
    Some(match field.data_type() {
        DataType::Dictionary(_, values) => return type_of(&Field::new(field.name(), values.as_ref().clone(), true)),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => ColumnType::Int,
        // Its greatest number has 20 digits.
        DataType::UInt64 => ColumnType::Decimal { precision: 20, scale: 0 },
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale)
            if *scale >= 0 && *precision <= DECIMAL128_MAX_PRECISION =>
        {
            ColumnType::Decimal { precision: *precision, scale: *scale }
        }
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)
        | DataType::Float16
        | DataType::Float32
        | DataType::Float64 => return None,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(..) => ColumnType::Timestamp,
        DataType::Boolean => ColumnType::Bool,
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::ListView(_)
        | DataType::LargeListView(_)
        | DataType::FixedSizeList(..)
        | DataType::Struct(_) => column_type(&inside(field, None)),
        // UUIDs, times of day, durations and maps are read as their text.
        _ => ColumnType::String,
    })
}
