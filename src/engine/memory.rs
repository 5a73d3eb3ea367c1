//! The default memory limit of a run.

use std::num::NonZeroU64;

/// Used when the machine does not report its memory.
const FALLBACK: u64 = 2 << 30;

/// Half of the memory of the machine or of the control group around the process. DataFusion's pool does not see all
/// resident memory (decoding buffers, allocator): up to 1.75 times the pool was measured, so half leaves room.
pub fn default_memory_limit() -> NonZeroU64 {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| total_of_meminfo(&text));
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    let total = [machine, group].into_iter().flatten().min().unwrap_or(2 * FALLBACK);
    NonZeroU64::new(total / 2).unwrap_or(NonZeroU64::MIN)
}

fn total_of_meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_in_bytes() {
        assert_eq!(total_of_meminfo("MemTotal:       16 kB\nMemFree: 1 kB\n"), Some(16 * 1024));
        assert_eq!(total_of_meminfo(""), None);
    }
}
