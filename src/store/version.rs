//! Whether a file is still the one that was found: its identity, size and times.
//!
//! Times have a granularity: a file that is written to twice within it looks unchanged. So a file that was written to a
//! moment ago is looked at again once that moment is over. From then on, every change shows.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use object_store::ObjectMeta;

/// The granularity of times with fractions of a second: a few milliseconds.
const FINE: Duration = Duration::from_millis(20);
/// The granularity of the coarsest file systems, which store no fractions.
const COARSE: Duration = Duration::from_secs(2);

/// What identifies a version of a local file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LocalVersion {
    device: u64,
    inode: u64,
    pub(super) bytes: u64,
    /// Last change of the content, in seconds and nanoseconds.
    modified: (i64, i64),
    /// Last change of the content or of its attributes.
    changed: (i64, i64),
}

impl LocalVersion {
    /// The version of a regular file as it is now.
    ///
    /// # Errors
    /// A file that cannot be read, or whose content is not stored.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        // A pipe would wait for a writer.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is not a regular file: pipes and devices can be read only once"));
        }
        // Network file systems look at the server when a file is opened, and answer from memory otherwise.
        let file = File::open(path)?;
        let now = Self::new(&file.metadata()?);
        let Some(wait) = now.wait(SystemTime::now()) else { return Ok(now) };
        std::thread::sleep(wait);
        Ok(Self::new(&file.metadata()?))
    }

    fn new(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// How long the next change may still get the time of the last one; `None` if that is over.
    fn wait(&self, now: SystemTime) -> Option<Duration> {
        let (seconds, nanoseconds) = self.changed;
        let granularity = if nanoseconds == 0 { COARSE } else { FINE };
        let since = Duration::new(u64::try_from(seconds).ok()?, u32::try_from(nanoseconds).ok()?);
        let over = SystemTime::UNIX_EPOCH.checked_add(since)?.checked_add(granularity)?;
        let left = over.duration_since(now).ok().filter(|left| !left.is_zero())?;
        // A clock of another machine may be ahead; its file is not waited for.
        (left <= granularity).then_some(left)
    }

    pub(super) fn modified_at(&self) -> DateTime<Utc> {
        time(self.modified)
    }

    /// What has changed since; `None` if nothing has.
    pub(super) fn change(&self, path: &Path) -> io::Result<Option<String>> {
        let now = match Self::of(path) {
            Ok(now) => now,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(GONE.to_owned())),
            Err(error) => return Err(error),
        };
        Ok(if now == *self {
            None
        } else if (now.device, now.inode) != (self.device, self.inode) {
            Some(format!("another file has its name now{}", resized(self.bytes, now.bytes)))
        } else if now.bytes != self.bytes || now.modified != self.modified {
            Some(format!("it was written to at {}{}", shown(time(now.modified)), resized(self.bytes, now.bytes)))
        } else {
            Some(format!("its content or its attributes were changed at {}", shown(time(now.changed))))
        })
    }
}

const GONE: &str = "it no longer exists";

/// What has changed between two looks at an object; `None` if nothing has.
pub(super) fn remote_change(before: &ObjectMeta, now: Option<&ObjectMeta>) -> Option<String> {
    let Some(now) = now else { return Some(GONE.to_owned()) };
    let tag = |meta: &ObjectMeta| Some(meta.e_tag.as_ref()?.trim_matches('"').to_owned());
    let same_version = match (tag(before), tag(now)) {
        (Some(one), Some(other)) => one == other,
        // A list has fractions of a second, an answer about one object has none.
        _ => before.last_modified.timestamp() == now.last_modified.timestamp(),
    };
    (before.size != now.size || !same_version)
        .then(|| format!("it was replaced at {}{}", shown(now.last_modified), resized(before.size, now.size)))
}

fn resized(before: u64, now: u64) -> String {
    match before == now {
        true => String::new(),
        false => format!(" and has {now} bytes instead of {before}"),
    }
}

fn time((seconds, nanoseconds): (i64, i64)) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, u32::try_from(nanoseconds).unwrap_or_default()).unwrap_or_default()
}

fn shown(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    #[test]
    fn every_change_of_a_file_shows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        let other = folder.path().join("y.csv");
        type Change<'a> = (&'a str, &'a dyn Fn());
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let changes: [Change<'_>; 6] = [
            ("written to", &|| fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"z").unwrap()),
            ("written to", &|| fs::File::options().write(true).open(&path).unwrap().set_len(2).unwrap()),
            ("written to", &|| fs::OpenOptions::new().write(true).open(&path).unwrap().write_all(b"abcd").unwrap()),
            ("attributes were changed", &|| {
                // The same size, and the same time as before.
                let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
                file.write_all(b"efgh").unwrap();
                file.set_modified(long_ago).unwrap();
            }),
            ("another file", &|| fs::rename(&other, &path).unwrap()),
            ("no longer exists", &|| fs::remove_file(&path).unwrap()),
        ];
        for (expected, change) in changes {
            fs::write(&path, "wxyz").unwrap();
            fs::write(&other, "wxyz").unwrap();
            fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
            let before = LocalVersion::of(&path).unwrap();
            assert_eq!(before.change(&path).unwrap(), None);
            change();
            let found = before.change(&path).unwrap().unwrap_or_default();
            assert!(found.contains(expected), "{expected}: {found}");
        }
    }

    #[test]
    fn a_file_of_this_moment_is_looked_at_again() {
        let at = |seconds, nanoseconds| LocalVersion {
            device: 0,
            inode: 0,
            bytes: 0,
            modified: (0, 0),
            changed: (seconds, nanoseconds),
        };
        let now = SystemTime::UNIX_EPOCH + Duration::new(1000, 500_000_000);
        assert_eq!(at(1000, 495_000_000).wait(now), Some(Duration::from_millis(15)));
        assert_eq!(at(1000, 400_000_000).wait(now), None);
        assert_eq!(at(1000, 0).wait(now), Some(Duration::from_millis(1500)));
        assert_eq!(at(998, 0).wait(now), None);
        assert_eq!(at(2000, 1).wait(now), None, "a clock that is ahead");
    }

    #[test]
    fn an_object_is_compared_by_all_that_its_store_says() {
        let meta = |size, tag: Option<&str>| ObjectMeta {
            location: "a".into(),
            last_modified: DateTime::default(),
            size,
            e_tag: tag.map(str::to_owned),
            version: None,
        };
        let before = meta(3, Some("1"));
        assert_eq!(remote_change(&before, Some(&meta(3, Some("\"1\"")))), None);
        assert_eq!(remote_change(&before, Some(&meta(3, None))), None);
        assert!(remote_change(&before, Some(&meta(3, Some("2")))).unwrap().contains("replaced"));
        assert!(remote_change(&before, Some(&meta(4, Some("1")))).unwrap().contains("has 4 bytes instead of 3"));
        assert_eq!(remote_change(&before, None).unwrap(), GONE);
        let later = |milliseconds| ObjectMeta {
            last_modified: DateTime::from_timestamp_millis(milliseconds).unwrap(),
            ..meta(3, None)
        };
        assert_eq!(remote_change(&later(1500), Some(&later(1000))), None);
        assert!(remote_change(&later(1500), Some(&later(2000))).unwrap().contains("1970-01-01 00:00:02"));
    }
}
