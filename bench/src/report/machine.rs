use std::{fs, process::Command};

use serde::{Deserialize, Serialize};

/// Where a benchmark ran.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// What its processors call themselves.
    pub processor: String,
    /// How many there are.
    pub cores: usize,
    /// Its memory, in GiB.
    pub memory_gib: u64,
    /// The kernel's release.
    pub kernel: String,
    /// PostgreSQL's version.
    pub postgres: String,
    /// Redis's version; absent when it is not installed.
    pub redis: Option<String>,
    /// The compiler that this program was built with, and how.
    pub compiler: String,
    /// The average number of runnable threads of the minute before the
    /// benchmark: what else went on.
    pub load_before: String,
}

impl Machine {
    /// This one, now. What can't be found out stays empty.
    pub fn here(postgres: String) -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let kilobytes = field(&read("/proc/meminfo"), "MemTotal");
        let kilobytes = kilobytes.split_whitespace().next().unwrap_or_default();
        Self {
            processor: field(&read("/proc/cpuinfo"), "model name"),
            cores,
            memory_gib: kilobytes.parse::<u64>().unwrap_or(0).div_ceil(1 << 20),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            postgres,
            redis: redis(),
            compiler: compiler(),
            load_before: Self::load().to_string(),
        }
    }

    /// The average number of runnable threads of the last minute; 0 when it can't
    /// be found out.
    pub(crate) fn load() -> f64 {
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split_whitespace().next();
        load.and_then(|text| text.parse().ok()).unwrap_or(0.0)
    }
}

fn field(text: &str, name: &str) -> String {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(field, _)| field.trim() == name)
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

/// The toolchain is pinned, so the one at hand is the one that was used.
fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let version = output.map(|output| output.stdout).unwrap_or_default();
    let version = String::from_utf8_lossy(&version).trim().to_owned();
    let profile = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    format!("{version}, {profile} build")
}

fn redis() -> Option<String> {
    let output = Command::new("redis-server")
        .arg("--version")
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("v="));
    version.map(ToOwned::to_owned)
}
