//! Files that are parts of one delivery by the way they were written: the members of an archive, and the part files that
//! one Spark or Hadoop job wrote into one folder, or into one for each partition.

/// The name of what a file is a part of; `None` if it stands by itself.
pub(super) fn bundle_of(archive: Option<&str>, name: &str) -> Option<String> {
    if let Some(archive) = archive {
        return Some(archive.to_owned());
    }
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let job = job_of(file)?;
    let folder = if job.is_empty() { folder } else { without_partitions(folder) };
    Some(format!("{folder}/part-{job}"))
}

/// A folder without those at its end that hold one partition of a job's output each, such as `country=SE`.
fn without_partitions(folder: &str) -> &str {
    let mut rest = folder;
    while let Some((outer, _)) = rest.rsplit_once('/').filter(|(_, last)| last.contains('=')) {
        rest = outer;
    }
    rest
}

/// The job in the name of a part file (`part-00003-9f0c….snappy.parquet`, `part-r-00003`): its unique id, or nothing if the
/// name has none. `None` if the name is not that of a part file.
fn job_of(file: &str) -> Option<&str> {
    /// Hadoop writes the number with at least five digits.
    const DIGITS: usize = 5;
    let rest = file.strip_prefix("part-")?;
    let rest = rest.strip_prefix("r-").or_else(|| rest.strip_prefix("m-")).unwrap_or(rest);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = rest.get(digits..)?;
    let is_part = digits >= DIGITS && (rest.is_empty() || rest.starts_with(['-', '.', '_']));
    is_part.then(|| unique_id(rest).unwrap_or_default())
}

/// The first id of the form 8-4-4-4-12 in a text.
fn unique_id(text: &str) -> Option<&str> {
    const FORM: &[u8; 36] = b"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    let fits = |(byte, form): (&u8, &u8)| if *form == b'-' { *byte == b'-' } else { byte.is_ascii_hexdigit() };
    let at = text.as_bytes().windows(FORM.len()).position(|found| found.iter().zip(FORM).all(fits))?;
    text.get(at..at + FORM.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: &str = "9f0c2d4e-1a2b-4c3d-8e4f-5a6b7c8d9e0f";
    const OTHER: &str = "0e0c2d4e-1a2b-4c3d-8e4f-5a6b7c8d9e0f";

    fn bundle(name: &str) -> Option<String> {
        bundle_of(None, name)
    }

    #[test]
    fn the_parts_of_a_job_belong_together() {
        let part = |number: u32, job: &str| format!("in/part-{number:05}-{job}-c000.snappy.parquet");
        assert_eq!(bundle(&part(0, JOB)), bundle(&part(1, JOB)));
        assert!(bundle(&part(0, JOB)).is_some());
        assert_ne!(bundle(&part(0, JOB)), bundle(&part(1, OTHER)));
        assert_ne!(bundle(&part(0, JOB)), bundle(&part(0, JOB).replace("in/", "out/")));
        let in_partition = |country: &str| format!("in/country={country}/year=2025/part-00000-{JOB}.c000.parquet");
        assert_eq!(bundle(&in_partition("SE")), bundle(&in_partition("NO")));
        assert_ne!(bundle("in/day=1/part-00000"), bundle("in/day=2/part-00000"), "without an id it may be another job");
        let tid = format!("in/part-00007-tid-6153594353545435-{JOB}-45-1-c000.csv");
        assert_eq!(bundle(&tid), bundle(&part(3, JOB)));
        for names in [["in/part-00000.parquet", "in/part-00001.parquet"], ["part-r-00000", "part-r-00011.gz"]] {
            assert!(bundle(names[0]).is_some() && bundle(names[0]) == bundle(names[1]), "{names:?}");
        }
    }

    #[test]
    fn other_files_stand_by_themselves_and_members_belong_to_their_archive() {
        for name in ["in/orders_1.csv", "in/part-1.csv", "in/part-00001x.csv", "in/parts-00001.csv", "part-"] {
            assert_eq!(bundle(name), None, "{name}");
        }
        assert_eq!(bundle_of(Some("in/a.zip"), "in/a.zip!b.csv").as_deref(), Some("in/a.zip"));
    }
}
