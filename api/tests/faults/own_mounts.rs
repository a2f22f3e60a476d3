//! Small file systems to be filled, which no end of a test leaves behind.
//!
//! The test goes on in a process that has a list of mounts of its own: what is
//! mounted there nobody else sees, and the kernel takes it away with the last
//! process that does, however that ends.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

/// Set for the process that has mounts of its own.
const VARIABLE: &str = "SLOTKEEPER_FAULT_MOUNTS";

/// What runs a program with mounts of its own, and ends it with the thread that
/// started it.
fn apart() -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", "unshare", "--mount", "--"]);
    command
}

/// Whether this process may mount what it likes.
pub(crate) fn are_there() -> bool {
    env::var_os(VARIABLE).is_some()
}

/// Whether this process may start one that has mounts of its own: it takes root, and
/// a system that lets root do so.
fn are_possible() -> bool {
    let mut mount = apart();
    let mount = mount
        .args(["mount", "-t", "tmpfs", "-o", "size=1m", "slotkeeper"])
        .arg(env::temp_dir())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    mount.status().is_ok_and(|status| status.success())
}

/// Runs the test of this name with mounts of its own, and tells whether all was well;
/// nothing when it is to be run here.
#[expect(clippy::print_stdout, reason = "who runs seeds wants to see them")]
pub(crate) fn run(test: &str) -> Option<bool> {
    if are_there() || !are_possible() {
        return None;
    }
    let mut again = apart();
    let again = again
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(VARIABLE, "yes")
        .stdout(Stdio::piped());
    let mut child = again.spawn().unwrap();
    // Passed on line by line, so that it is shown or kept as this test's own.
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        println!("{}", line.unwrap());
    }
    Some(child.wait().unwrap().success())
}
