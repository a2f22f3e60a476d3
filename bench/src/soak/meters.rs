use std::{
    collections::BTreeMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::play::{count, microseconds};

/// What is asked of the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    Session,
    Beat,
    Leave,
    Book,
    Move,
    Cancel,
    Month,
    Slots,
    Day,
}

impl Ask {
    /// Its name in the figures.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Session => "sessions",
            Self::Beat => "heartbeats",
            Self::Leave => "leaves",
            Self::Book => "bookings",
            Self::Move => "moves",
            Self::Cancel => "cancellations",
            Self::Month => "months",
            Self::Slots => "slot lists",
            Self::Day => "days",
        }
    }

    /// Whether it is decided and written; a session is only signed.
    const fn is_command(self) -> bool {
        matches!(
            self,
            Self::Beat | Self::Leave | Self::Book | Self::Move | Self::Cancel
        )
    }
}

/// How long answers took, from request to answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Latency {
    /// Answers.
    pub count: u64,
    /// The median, in milliseconds.
    pub p50_ms: f64,
    /// The 99th percentile, in milliseconds.
    pub p99_ms: f64,
    /// The longest, in milliseconds.
    pub max_ms: f64,
}

impl Latency {
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of at most a minute"
    )]
    fn of(histogram: &Histogram<u64>) -> Self {
        let ms = |quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
        Self {
            count: histogram.len(),
            p50_ms: ms(0.5),
            p99_ms: ms(0.99),
            max_ms: ms(1.0),
        }
    }
}

/// What was asked and answered in all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Answers, by what was asked.
    pub answers: BTreeMap<String, u64>,
    /// Refusals among them, by their code.
    pub refusals: BTreeMap<String, u64>,
    /// Visitors that were turned away because too many were there.
    pub turned_away: u64,
    /// Answers that no visitor should get, and connections that broke.
    pub surprises: u64,
    /// The first of them.
    pub first_surprises: Vec<String>,
    /// Bookings that were acknowledged and not cancelled.
    pub standing: i64,
    /// Frames that viewers got.
    pub frames: u64,
    /// Bytes that viewers got.
    pub frame_bytes: u64,
}

/// How many surprises are told in full.
const SURPRISES_TOLD: usize = 20;

/// What the visitors and viewers met.
#[derive(Debug)]
pub(super) struct Meters {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    commands: Histogram<u64>,
    reads: Histogram<u64>,
    totals: Totals,
}

impl Meters {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                commands: microseconds(),
                reads: microseconds(),
                totals: Totals::default(),
            }),
        }
    }

    /// An answer came.
    pub(super) fn answered(&self, ask: Ask, elapsed: Duration) {
        let mut state = self.state();
        let histogram = if ask.is_command() {
            &mut state.commands
        } else {
            &mut state.reads
        };
        count(histogram, elapsed);
        *state.totals.answers.entry(ask.name().into()).or_default() += 1;
    }

    /// It was a refusal.
    pub(super) fn refused(&self, code: &str) {
        *self.state().totals.refusals.entry(code.into()).or_default() += 1;
    }

    /// Something happened that should not.
    pub(super) fn surprised(&self, what: String) {
        let totals = &mut self.state().totals;
        totals.surprises += 1;
        if totals.first_surprises.len() < SURPRISES_TOLD {
            totals.first_surprises.push(what);
        }
    }

    /// A visitor was turned away.
    pub(super) fn turned_away(&self) {
        self.state().totals.turned_away += 1;
    }

    /// Bookings more, or fewer, stand.
    pub(super) fn stand(&self, more: i64) {
        self.state().totals.standing += more;
    }

    /// A viewer read.
    pub(super) fn viewed(&self, frames: u64, bytes: u64) {
        let totals = &mut self.state().totals;
        totals.frames += frames;
        totals.frame_bytes += bytes;
    }

    /// The latencies of commands and of the rest since the last call.
    pub(super) fn take_latencies(&self) -> (Latency, Latency) {
        let mut state = self.state();
        let commands = mem::replace(&mut state.commands, microseconds());
        let reads = mem::replace(&mut state.reads, microseconds());
        (Latency::of(&commands), Latency::of(&reads))
    }

    /// All so far.
    pub(super) fn totals(&self) -> Totals {
        self.state().totals.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
