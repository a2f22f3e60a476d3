//! A turn in a process of its own, so that the memory it takes is its own.

use std::{fs, path::Path, sync::Arc, time::Instant};

use clap::Subcommand;
use projections::{
    rebuild::{Tell, rebuild},
    view::View,
};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use super::replay::replay;
use crate::{Outcome, serve::resident};

/// Who has a turn, and at which database.
#[derive(Debug, Subcommand)]
pub(crate) enum Turn {
    /// Ours makes all views anew.
    Rebuild { url: String },
    /// cqrs-es replays a table of its own.
    ReplayTable { url: String },
    /// cqrs-es replays our log.
    ReplayView { url: String },
}

/// What a turn came to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Turned {
    /// Events that were folded, or read.
    pub(super) events: u64,
    /// From the first thing done to the last.
    pub(super) seconds: f64,
    /// The most memory that the process had at any time.
    pub(super) peak_bytes: u64,
}

impl Turn {
    /// Has the turn in this process.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub(crate) async fn run(self) -> Outcome<Turned> {
        let silence: Tell = Arc::new(|_| ());
        let began = Instant::now();
        let events = match self {
            Self::Rebuild { url } => {
                let options: PgConnectOptions = url.parse()?;
                rebuild(&options, &View::ALL, &silence).await?.events
            }
            Self::ReplayTable { url } => replay(url.parse()?, "replayed_events").await?,
            Self::ReplayView { url } => replay(url.parse()?, "postgres_es_events").await?,
        };
        let seconds = began.elapsed().as_secs_f64();
        let status = fs::read_to_string("/proc/self/status")?;
        Ok(Turned {
            events,
            seconds,
            peak_bytes: resident(&status, "VmHWM:"),
        })
    }

    fn arguments(&self) -> [&str; 3] {
        let (name, url) = match self {
            Self::Rebuild { url } => ("rebuild", url),
            Self::ReplayTable { url } => ("replay-table", url),
            Self::ReplayView { url } => ("replay-view", url),
        };
        ["turn", name, url]
    }
}

/// Has a turn in a process of `program`, which is this one.
pub(super) async fn take(program: &Path, turn: &Turn) -> Outcome<Turned> {
    let process = Command::new(program)
        .args(turn.arguments())
        .stderr(std::process::Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await?;
    if !process.status.success() {
        return Err(format!("{turn:?} ended with {}", process.status).into());
    }
    Ok(serde_json::from_slice(&process.stdout)?)
}
