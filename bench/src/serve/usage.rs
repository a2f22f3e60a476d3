use std::{fs, time::Duration};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// What a process has used so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Processor time, in the kernel too, in nanoseconds.
    pub processor_ns: u64,
    /// Resident memory, in bytes.
    pub memory_bytes: u64,
    /// Files, sockets among them, that it has open.
    pub open_files: usize,
}

/// Bytes that `status`, of a process, says under `field`, such as `VmRSS:`; 0 when
/// it does not.
pub(crate) fn resident(status: &str, field: &str) -> u64 {
    let rest = status.lines().find_map(|line| line.strip_prefix(field));
    let kilobytes = rest.and_then(|rest| rest.split_whitespace().next());
    let kilobytes: u64 = kilobytes.and_then(|text| text.parse().ok()).unwrap_or(0);
    kilobytes * 1024
}

impl Usage {
    /// Of this process, so far.
    pub(crate) fn of_this_process() -> Self {
        let used = clock_gettime(ClockId::ProcessCPUTime);
        let seconds = u64::try_from(used.tv_sec).unwrap_or(0);
        let nanos = u64::try_from(used.tv_nsec).unwrap_or(0);
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let open_files = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
        Self {
            processor_ns: seconds * 1_000_000_000 + nanos,
            memory_bytes: resident(&status, "VmRSS:"),
            open_files,
        }
    }

    /// Processor time used since `earlier`.
    pub(crate) const fn processor_since(&self, earlier: &Self) -> Duration {
        Duration::from_nanos(self.processor_ns.saturating_sub(earlier.processor_ns))
    }
}
