//! Files that change while they are read, in every format: the source fails and names the file, and never loads half of it.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;

use super::error::{ExtractError, ExtractFault};
use super::worker::Worker;
use super::{DayRules, Extracts, Means, OpenOptions};
use crate::diagnostics::SourceText;

const LONG_AGO: Duration = Duration::from_secs(1_600_000_000);

/// The sources of a folder whose only file is this one.
fn opened(folder: &Path, file: &str, format: &str) -> Extracts {
    let text = format!(
        "name: p\ndescription: d\ntime_zone: UTC\nbase_currency: EUR\nsources:\n  numbers:\n    description: d\n    \
         path: {file}\n    format: {{ {format}: {{}} }}\n    max_rejected: 100%\n    event_time: day\n    columns:\n      \
         n: {{ type: int, description: d }}\n      day: {{ type: date, optional: false, description: d }}\n"
    );
    let (parsed, texts) = crate::config::parse(&SourceText::new("p.yml", text)).unwrap();
    let sources = crate::plan::sources_of(&parsed, &texts).unwrap();
    let options = OpenOptions {
        project: folder,
        time_zone: chrono_tz::UTC,
        quarantine: folder.join("quarantine"),
        run_id: "changed",
        corrections: Vec::new(),
        all: &sources,
        earlier: &[],
    };
    Extracts::open(&[&sources["numbers"]], None, &options).unwrap()
}

fn rows() -> impl Iterator<Item = i64> {
    0..50_000
}

/// A file with many rows, in each format.
fn write(path: &Path, format: &str) {
    let csv: String =
        std::iter::once("n,day\n".to_owned()).chain(rows().map(|n| format!("{n},2025-01-01\n"))).collect();
    match path.extension().unwrap().to_str().unwrap() {
        "csv" => fs::write(path, csv).unwrap(),
        "gz" => {
            let mut out = flate2::write::GzEncoder::new(File::create(path).unwrap(), flate2::Compression::fast());
            out.write_all(csv.as_bytes()).unwrap();
            out.finish().unwrap();
        }
        "zst" => fs::write(path, zstd::encode_all(csv.as_bytes(), 1).unwrap()).unwrap(),
        "json" => {
            let rows: Vec<String> = rows().map(|n| format!("{{\"n\":{n},\"day\":\"2025-01-01\"}}")).collect();
            let text = if format == "json" { format!("[{}]", rows.join(",\n")) } else { rows.join("\n") };
            fs::write(path, text).unwrap();
        }
        "parquet" => {
            let fields = vec![Field::new("n", DataType::Int64, false), Field::new("day", DataType::Date32, false)];
            let schema = Arc::new(Schema::new(fields));
            let n = Int64Array::from_iter_values(rows());
            let days = arrow::array::Date32Array::from_iter_values(rows().map(|_| 20_000));
            let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(n), Arc::new(days)]).unwrap();
            let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), schema, None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
        }
        "xlsx" => {
            let mut workbook = rust_xlsxwriter::Workbook::new();
            let sheet = workbook.add_worksheet();
            sheet.write_row(0, 0, ["n", "day"]).unwrap();
            for n in 0..2000 {
                sheet.write(n + 1, 0, n).unwrap().write(n + 1, 1, "2025-01-01").unwrap();
            }
            workbook.save(path).unwrap();
        }
        other => panic!("{other}"),
    }
    File::options().write(true).open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH + LONG_AGO).unwrap();
}

/// Begins to read, changes the file, and reads on to the end.
fn read(extracts: &Extracts, change: impl Fn()) -> Result<u64, ExtractError> {
    let reading = extracts.scan("numbers")?.begin()?;
    let mut worker = Worker::new(reading, vec![0]);
    let _ = worker.next()?;
    change();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let read: Result<(), ExtractError> = (|| {
        while worker.next()?.is_some() {}
        extracts.settle()
    })();
    read.and_then(|()| runtime.block_on(extracts.drain(&Means::new(1, None))))?;
    Ok(extracts.source_counts()[0].rows.loaded)
}

const FILES: [(&str, &str); 7] = [
    ("x.csv", "csv"),
    ("x.csv.gz", "csv"),
    ("x.csv.zst", "csv"),
    ("x.json", "json"),
    ("x.json", "json_lines"),
    ("x.parquet", "parquet"),
    ("x.xlsx", "xlsx"),
];

#[test]
fn a_file_that_changes_fails_its_source_by_name() {
    for (name, format) in FILES {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let size = || fs::metadata(&path).unwrap().len();
        let open = || fs::OpenOptions::new().write(true).open(&path).unwrap();
        type Change<'a> = (&'a str, &'a dyn Fn());
        let changes: [Change<'_>; 6] = [
            ("truncated", &|| open().set_len(size() / 4).unwrap()),
            ("grows", &|| fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"50001,x\n").unwrap()),
            ("rewritten with its size and time", &|| {
                let mut bytes = fs::read(&path).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle..].fill(b'7');
                open().write_all(&bytes).unwrap();
                open().set_modified(SystemTime::UNIX_EPOCH + LONG_AGO).unwrap();
            }),
            ("written again, byte for byte", &|| fs::write(&path, fs::read(&path).unwrap()).unwrap()),
            ("replaced", &|| {
                fs::copy(&path, folder.path().join("new")).unwrap();
                fs::rename(folder.path().join("new"), &path).unwrap();
            }),
            ("removed", &|| fs::remove_file(&path).unwrap()),
        ];
        for (what, change) in changes {
            write(&path, format);
            let error = read(&opened(folder.path(), name, format), change).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(&format!("{name} changed while it was read: ")), "{name}, {what}: {text}");
            assert!(!error.is_infrastructure() && error.hint().unwrap().contains("run again"), "{name}, {what}");
        }
        write(&path, format);
        let loaded = read(&opened(folder.path(), name, format), || {}).unwrap();
        assert!(loaded >= 2000, "{name}: {loaded}");
    }
}

#[test]
fn a_file_that_changes_while_the_newest_day_is_looked_for_fails_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    write(&path, "csv");
    let extracts = opened(folder.path(), "x.csv", "csv");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let rules = DayRules { today: chrono::NaiveDate::from_ymd_opt(2025, 6, 1).unwrap(), gap_days: 31 };
    assert!(runtime.block_on(extracts.newest_day(1, rules)).is_ok());
    fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"1,2025-01-02\n").unwrap();
    let error = runtime.block_on(extracts.newest_day(1, rules)).unwrap_err();
    assert!(matches!(*error.fault, ExtractFault::Changed(_)), "{error}");
}
