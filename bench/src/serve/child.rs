use std::{path::Path, process::Stdio};

use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{self, ChildStdin, ChildStdout, Command},
};

use super::Usage;
use crate::Outcome;

/// What a serving process says first.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ready {
    pub(super) address: String,
}

/// A server in a process of its own, so that what it uses can be told from what
/// its clients use. It ends with this value.
#[derive(Debug)]
pub(crate) struct Child {
    process: process::Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    /// Where it listens: host and port.
    pub(crate) address: String,
}

impl Child {
    /// Starts `program serve` with these arguments, and waits until it listens.
    ///
    /// # Errors
    ///
    /// When it ends instead.
    pub(crate) async fn start(program: &Path, arguments: &[&str]) -> Outcome<Self> {
        let mut process = Command::new(program)
            .arg("serve")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let questions = process.stdin.take().ok_or("a pipe was asked for")?;
        let answers = process.stdout.take().ok_or("a pipe was asked for")?;
        let mut answers = BufReader::new(answers).lines();
        let ready = answers.next_line().await?;
        let ready: Ready = serde_json::from_str(&ready.ok_or("the server has ended")?)?;
        Ok(Self {
            process,
            questions,
            answers,
            address: ready.address,
        })
    }

    /// What it has used so far.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub(crate) async fn usage(&mut self) -> Outcome<Usage> {
        self.questions.write_all(b"usage\n").await?;
        let answer = self.answers.next_line().await?;
        Ok(serde_json::from_str(
            &answer.ok_or("the server has ended")?,
        )?)
    }

    /// Lets it shut down, and waits for that.
    ///
    /// # Errors
    ///
    /// When it ends otherwise.
    pub(crate) async fn stop(mut self) -> Outcome<()> {
        drop(self.questions);
        let status = self.process.wait().await?;
        if status.success() {
            return Ok(());
        }
        Err(format!("the server ended with {status}").into())
    }
}
