//! The processes of a private PostgreSQL, whoever started them.

use std::{fs, path::Path};

use rustix::process::Pid;

/// The processes of the cluster that carries `name` in its processes' titles.
///
/// Found by their titles in `/proc`, which anybody may read; the working folder,
/// which would tell the same, root can't see in a container without ptrace.
pub(super) fn of_cluster(name: &str) -> Vec<Pid> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(Pid::from_raw)
        .filter(|pid| is_postgres(*pid) && title(*pid).contains(name))
        .collect()
}

/// The postmaster that one of its lock files names, alive or not.
pub(super) fn recorded_postmaster(lock_file: &Path) -> Option<Pid> {
    let file = fs::read_to_string(lock_file).ok()?;
    Pid::from_raw(file.lines().next()?.trim().parse().ok()?)
}

/// Whether `pid` runs a program called `postgres`.
///
/// A zombie runs nothing, though the system still counts it: a container whose
/// first process does not reap keeps it for long.
pub(super) fn is_postgres(pid: Pid) -> bool {
    let comm = format!("/proc/{}/comm", pid.as_raw_nonzero());
    fs::read_to_string(comm).is_ok_and(|comm| comm.trim_end() == "postgres")
        && !title(pid).is_empty()
}

fn title(pid: Pid) -> String {
    let title = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero()));
    String::from_utf8_lossy(&title.unwrap_or_default()).into_owned()
}
