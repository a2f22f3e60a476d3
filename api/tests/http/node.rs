//! Nodes: real processes of the server.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStderr, Command},
};

use crate::server::{DEADLINE, KEYS, SETTINGS, UNLIMITED};

/// A server in a process of its own; killed when it is dropped.
pub(crate) struct Node {
    process: Child,
    pub(crate) base: String,
}

/// The server's program, without the settings of this process.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slotkeeper"));
    command
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

impl Node {
    /// A node on the database at `url`, once it is ready.
    pub(crate) async fn start(url: &str) -> Self {
        Self::with(url, &[]).await
    }

    /// The same, with further settings.
    pub(crate) async fn with(url: &str, settings: &[&str]) -> Self {
        let mut all = vec!["--database-url", url];
        all.extend(settings);
        Self::spawn(&all).await
    }

    /// A node with a PostgreSQL of its own in this folder, once it is ready.
    pub(crate) async fn alone(data: &str) -> Self {
        Self::spawn(&["--data", data]).await
    }

    /// A node on the database at `url`, once it is ready, and its log, in lines of JSON.
    pub(crate) async fn telling(url: &str) -> (Self, Lines<BufReader<ChildStderr>>) {
        let log = ["--log", "info", "--log-format", "json"];
        let mut node = Self::launch(
            &[&log[..], &["--database-url", url]].concat(),
            Stdio::piped(),
        );
        let lines = BufReader::new(node.stderr.take().unwrap()).lines();
        (Self::ready(node).await, lines)
    }

    async fn spawn(settings: &[&str]) -> Self {
        let settings = [&["--log", "error"], settings].concat();
        Self::ready(Self::launch(&settings, Stdio::inherit())).await
    }

    fn launch(settings: &[&str], log: Stdio) -> Child {
        let mut command = program();
        command
            .arg("serve")
            .args(settings)
            .args(SETTINGS)
            .args(KEYS)
            .arg(UNLIMITED)
            .stderr(log);
        command.spawn().unwrap()
    }

    async fn ready(mut process: Child) -> Self {
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(DEADLINE, lines.next_line()).await;
        let line = line.unwrap().unwrap().expect("a line on standard output");
        let base = line.strip_prefix("Slotkeeper is ready at ").unwrap();
        Self {
            process,
            base: base.to_owned(),
        }
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }

    /// Asks the process to stop, and waits until it has, which it must do well.
    pub(crate) async fn terminate(mut self) {
        let id = i32::try_from(self.process.id().unwrap()).unwrap();
        let id = rustix::process::Pid::from_raw(id).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        let status = tokio::time::timeout(DEADLINE, self.process.wait()).await;
        assert!(status.unwrap().unwrap().success());
    }
}
