//! `lojal erase` that is killed: at any moment, readers see whole snapshots with all of the person or
//! nothing, and the next erasure completes it.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{Copy, entries, parquet, shown, texts};

/// Who is erased: M1 has the address of M3, and M4 its phone number.
const GONE: [&str; 3] = ["M1", "M3", "M4"];

/// A reader stops looking then, should an assertion have failed meanwhile.
const LONGEST: Duration = Duration::from_secs(180);

fn shop() -> Copy {
    let copy = Copy::of_small();
    copy.append("extracts/orders.csv", "92,M3,2025-02-05 10:00:00,many,1.00,SEK,true,\n");
    copy.append("extracts/orders.csv", "93,M2,2025-02-05 10:00:00,many,1.00,SEK,true,\n");
    for day in ["2025-12-30", "2025-12-31"] {
        copy.lojal(&["run", "--as-of", day, "--quiet"]).exits(0);
    }
    copy
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        match path.symlink_metadata().unwrap() {
            data if data.is_dir() => found.extend(files(&path)),
            data if data.is_file() => found.push(path),
            _ => {}
        }
    }
    found
}

/// The removals of a certificate.
fn removed(text: &str) -> BTreeSet<String> {
    let certificate: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    certificate["removed"].as_array().unwrap().iter().map(ToString::to_string).collect()
}

/// Nothing of the person is left; the others are there as before.
fn is_erased(copy: &Copy, others: &[String]) {
    for path in files(&copy.path().join("warehouse")) {
        let bytes = std::fs::read(&path).unwrap();
        let text = match path.extension().is_some_and(|ending| ending == "parquet") {
            true => shown(&parquet(&path)),
            false => String::from_utf8_lossy(&bytes).into_owned(),
        };
        for trace in ["anna@example.com", "0701740605", "0701740607"].iter().chain(&GONE) {
            let is_there = text.split(|letter: char| !letter.is_alphanumeric() && !"@._".contains(letter));
            assert!(!is_there.into_iter().any(|word| word == *trace), "{trace} in {}", path.display());
        }
    }
    copy.warehouse().is_whole();
    assert_eq!(texts(&copy.warehouse().table("member_identities"), "source_id"), others);
    let folder = copy.path().join("warehouse");
    let rejected: Vec<String> = files(&folder.join("quarantine")).iter().map(|path| shown(&parquet(path))).collect();
    assert!(rejected.iter().all(|rows| rows.contains("93,M2") && !rows.contains("92,")), "{rejected:?}");
    assert!(!folder.join("staging").exists() && !folder.join("erasures/pending.json").exists());
    assert_eq!(entries(&folder.join("snapshots")).len(), 2);
    let restricted = folder.join("current/restricted");
    assert_eq!(restricted.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

/// What a reader of `current` sees: the ids of records, and whether the description agrees with the files.
fn seen(copy: &Copy) -> Option<(Vec<String>, bool)> {
    // All from one folder, as a reader that opens it once.
    let snapshot = std::fs::File::open(copy.path().join("warehouse/current")).ok()?;
    let folder = std::path::PathBuf::from(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&snapshot)));
    let description: Value = serde_json::from_slice(&std::fs::read(folder.join("snapshot.json")).ok()?).ok()?;
    let mut ids = Vec::new();
    let mut agrees = true;
    for (name, table) in description["tables"].as_object()? {
        for file in table["files"].as_array()? {
            // A snapshot that was replaced meanwhile is removed: its files cannot be opened any more.
            let path = folder.join(file["path"].as_str()?);
            let bytes = bytes::Bytes::from(std::fs::read(path).ok()?);
            let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(bytes, 8192).ok()?;
            let rows: Vec<_> = reader.map(Result::unwrap).collect();
            let count: usize = rows.iter().map(arrow::array::RecordBatch::num_rows).sum();
            agrees &= Some(count as u64) == file["rows"].as_u64();
            if name == "member_identities" {
                ids.extend(rows.iter().flat_map(|rows| texts(rows, "source_id")));
            }
        }
    }
    Some((ids, agrees))
}

#[test]
fn an_erasure_that_is_killed_is_completed() {
    let model = shop();
    let all = texts(&model.warehouse().table("member_identities"), "source_id");
    let others: Vec<String> = all.iter().filter(|id| !GONE.contains(&id.as_str())).cloned().collect();
    assert_eq!(all.len(), others.len() + GONE.len());
    let started = Instant::now();
    let whole = model.lojal(&["erase", "--customer-id", "M3"]).exits(0);
    let took = started.elapsed();
    is_erased(&model, &others);
    let expected = removed(&whole.stdout).len();
    assert!(expected >= 8, "{}", whole.stdout);
    assert!(whole.stdout.contains("quarantine of orders"), "{}", whole.stdout);

    let kills: u32 = std::env::var("LOJAL_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    let mut interrupted = 0;
    for kill in 0..kills {
        let copy = shop();
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // Looks all the time, from before the erasure until it is complete.
            let reader = scope.spawn(|| {
                let (mut looks, began) = (0, Instant::now());
                while !is_over.load(Ordering::Relaxed) && began.elapsed() < LONGEST {
                    if let Some((ids, agrees)) = seen(&copy) {
                        assert!(ids == all || ids == others, "half of the persons: {ids:?}");
                        assert!(agrees, "the description has other rows than the files");
                        looks += 1;
                    }
                }
                looks
            });
            let mut child = copy.start(&["erase", "--customer-id", "M3"]);
            // Spread over the second half of its time, in which it writes.
            let wait = took.mul_f64(0.4 + 0.6 * f64::from(kill) / f64::from(kills));
            std::thread::sleep(wait.max(Duration::from_millis(1)));
            child.kill().unwrap();
            child.wait().unwrap();
            let was_open = copy.path().join("warehouse/erasures/pending.json").exists();
            interrupted += u32::from(was_open);
            // Without a person only what was interrupted is completed; otherwise the person is named again.
            let again = match was_open && kill % 2 == 0 {
                true => copy.lojal(&["erase", "--resume"]).exits(0),
                false => copy.lojal(&["erase", "--customer-id", "M3"]).exits(0),
            };
            is_over.store(true, Ordering::Relaxed);
            assert!(reader.join().unwrap() > 0, "nobody looked");
            is_erased(&copy, &others);
            // The certificate has all that went, before and after the kill.
            let certificates: Vec<String> = entries(&copy.path().join("warehouse/erasures"))
                .iter()
                .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("erase-"))
                .map(|path| std::fs::read_to_string(path).unwrap())
                .collect();
            assert!(certificates.iter().any(|text| removed(text).len() == expected), "{certificates:?}");
            assert!(!was_open || removed(&again.stdout).len() == expected, "{again}");
            // They stay away.
            copy.lojal(&["run", "--as-of", "2025-12-31", "--quiet"]).exits(0);
            assert_eq!(texts(&copy.warehouse().table("member_identities"), "source_id"), others);
        });
    }
    eprintln!("{interrupted} of {kills} kills interrupted an erasure that had begun");
}

/// What is left to do is said by a run, and nothing is there to resume without it.
#[test]
fn a_run_warns_of_an_erasure_that_was_interrupted() {
    let copy = Copy::of_small();
    copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    copy.lojal(&["erase", "--resume"]).exits(2);
    std::fs::create_dir_all(copy.path().join("warehouse/erasures")).unwrap();
    // A process that was killed while it wrote down whom it erases.
    copy.write("warehouse/erasures/.pending.json.draft", r#"{"persons":[{"texts":["anna@exa"#);
    let run = copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    assert!(run.stderr.contains("lojal erase --resume"), "{}", run.stderr);
    copy.lojal(&["erase", "--resume"]).exits(2);
    assert!(!copy.path().join("warehouse/erasures/.pending.json.draft").exists());
    let run = copy.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    assert!(!run.stderr.contains("lojal erase --resume"), "{}", run.stderr);
}
