//! Ends a server whose owner has died without a word.

use std::{
    io::Write,
    process::{Child, Command, Stdio},
};

use rustix::process::Pid;

use super::{error::PrivatePostgresError, launch::tool};

/// Waits for a word, and tells the process to shut down when none comes: when the pipe
/// to it is closed, as it is by the kernel when its other end dies.
const UNLESS_RELEASED: &str = r#"read -r word; [ "$word" = released ] || kill -INT "$0""#;

/// A process that tells a server to shut down when this process dies, however that
/// happens. Unlike the signal that the kernel sends by itself, it can be called off.
#[derive(Debug)]
pub(super) struct Guard {
    process: Child,
}

impl Guard {
    /// Guards the server whose first process is `server`.
    pub(super) fn over(server: Pid) -> Result<Self, PrivatePostgresError> {
        let program = tool("setsid")?;
        let process = Command::new(&program)
            .args(["/bin/sh", "-c", UNLESS_RELEASED])
            .arg(server.as_raw_nonzero().to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| PrivatePostgresError::Spawn { program, source })?;
        Ok(Self { process })
    }

    /// Leaves the server alone: it has ended, or somebody else looks after it.
    pub(super) fn release(mut self) {
        if let Some(mut pipe) = self.process.stdin.take() {
            // One that is gone guards nothing.
            let _ = pipe.write_all(b"released\n");
        }
        let _ = self.process.wait();
    }
}
