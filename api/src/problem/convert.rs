//! From what the layers below say to what clients are told.

use std::{sync::Arc, time::Duration};

use domain::{calendar::SlotCount, rejection::Rejection};
use eventlog::{Certainty, LogError, Position};
use projections::{live::LiveError, runner::ViewWaitError};
use serde_json::json;

use executor::Failure;

use super::{Code, Problem};

/// When a client should try again after the database could not be reached: long
/// enough for a failover to get somewhere, short enough for a person to wait.
const RETRY_UNAVAILABLE: Duration = Duration::from_secs(1);

/// When a client should try again after others were faster, five times in a row.
const RETRY_CONTENDED: Duration = Duration::from_millis(100);

/// When a client should try again after it was ahead of this node: followers
/// are milliseconds behind as a rule.
const RETRY_BEHIND: Duration = Duration::from_millis(200);

/// When a client should try again after a limit of viewers was reached: viewers
/// come and go in seconds.
const RETRY_FULL: Duration = Duration::from_secs(5);

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let code = Code::Refused(rejection.kind());
        let problem = Self::new(code, rejection.to_string());
        match &rejection {
            Rejection::Closed { conflicts }
            | Rejection::Booked { conflicts }
            | Rejection::HeldByOther { conflicts }
            | Rejection::Buffer { conflicts } => problem.conflicts(conflicts),
            Rejection::DurationNotOffered { duration, offered } => problem
                .member("duration", duration.minutes())
                .member("offered", minutes(offered)),
            Rejection::Past { start } => problem.member("start", start.to_string()),
            Rejection::HoldLost { hold_id } => problem.member("holdId", hold_id.to_string()),
            Rejection::QuantityNotOffered { quantity, capacity } => problem
                .member("quantity", quantity.get())
                .member("capacity", capacity.get()),
            Rejection::HoldMismatch { held, quantity } => {
                let held = json!({"start": held.start(), "end": held.end(), "quantity": quantity});
                problem.member("held", held)
            }
            Rejection::BookingEnded { end, .. } => problem.member("end", end.to_string()),
            Rejection::ResourceUnknown(_)
            | Rejection::ResourceRetired(_)
            | Rejection::TooManyExceptions(_)
            | Rejection::BookingUnknown(_)
            | Rejection::BookingCancelled(_)
            | Rejection::NotAsSeen
            | Rejection::KeyReused => problem,
        }
    }
}

fn minutes(durations: &[SlotCount]) -> Vec<u32> {
    durations
        .iter()
        .map(|duration| duration.minutes())
        .collect()
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Rejected {
                rejection,
                position,
                decided_at: _,
            } => Self::from(rejection).at(position),
            Failure::Busy { retry_after } => Self::new(
                Code::Busy,
                "the queue is full; nothing was done, the same request may be sent again",
            )
            .retry_after(retry_after),
            Failure::Unavailable(source) => match source.certainty() {
                Certainty::NothingWritten => nothing_written(source),
                // Of what this command asked for, nothing was done.
                Certainty::Unknown | Certainty::HistoryChanged => unavailable(UNREACHABLE, source),
            },
            Failure::OutcomeUnknown => outcome_unknown(),
            Failure::Stopping => Self::new(
                Code::Stopping,
                "the server is stopping; nothing was done, another node may answer",
            )
            .retry_after(RETRY_UNAVAILABLE),
        }
    }
}

/// The answer when neither "done" nor "refused" would be true for certain.
pub(crate) fn outcome_unknown() -> Problem {
    Problem::new(
        Code::OutcomeUnknown,
        "whether it was done is not known; the same request with the same key finds out",
    )
    .retry_after(RETRY_UNAVAILABLE)
}

const UNREACHABLE: &str = "the database can't be reached; nothing was done";

fn unavailable(detail: &str, source: Arc<LogError>) -> Problem {
    Problem::new(Code::Unavailable, detail)
        .retry_after(RETRY_UNAVAILABLE)
        .caused_by(source)
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        Arc::new(error).into()
    }
}

impl From<Arc<LogError>> for Problem {
    fn from(error: Arc<LogError>) -> Self {
        match error.certainty() {
            Certainty::NothingWritten => nothing_written(error),
            Certainty::Unknown => outcome_unknown().caused_by(error),
            Certainty::HistoryChanged => {
                Self::new(Code::EpochChanged, "the log was put back; read afresh").caused_by(error)
            }
        }
    }
}

/// The answer where it is certain that nothing was written: by whose fault.
fn nothing_written(error: Arc<LogError>) -> Problem {
    match *error {
        LogError::Database { .. } => unavailable(UNREACHABLE, error),
        LogError::ClockAtOdds { .. } => {
            unavailable("it is not known what time it is; nothing was done", error)
        }
        LogError::Decode { .. }
        | LogError::Corrupt { .. }
        | LogError::WrongMasterKey
        | LogError::Migrate(_)
        | LogError::Refused(_)
        | LogError::WrongExpectedVersion { .. }
        | LogError::OutcomeUnknown { .. }
        | LogError::HistoryChanged { .. } => Problem::internal(error),
    }
}

impl From<ViewWaitError> for Problem {
    fn from(error: ViewWaitError) -> Self {
        match error {
            ViewWaitError::Behind { wanted, applied } => behind(wanted, applied),
            ViewWaitError::Beyond { wanted, head } => beyond(wanted, head),
            ViewWaitError::NoPartition(_) => Self::new(Code::InvalidPosition, error.to_string()),
            ViewWaitError::Log(error) => error.into(),
        }
    }
}

fn behind(wanted: Position, applied: Position) -> Problem {
    Problem::new(
        Code::NotYetApplied,
        format!("position {applied} is what shows here, {wanted} was asked for"),
    )
    .retry_after(RETRY_BEHIND)
}

impl Problem {
    /// What this node shows is of a history that the log has left.
    pub(crate) fn other_history_shown() -> Self {
        let detail = "what shows here is still of the history that the log has left";
        Self::new(Code::NotYetApplied, detail).retry_after(RETRY_BEHIND)
    }
}

fn beyond(wanted: Position, head: Position) -> Problem {
    Problem::new(
        Code::PositionBeyondEnd,
        format!("position {wanted} was asked for, and the log ends at {head}"),
    )
}

impl From<LiveError> for Problem {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::Behind { wanted, applied } => behind(wanted, applied),
            LiveError::Beyond { wanted, head } => beyond(wanted, head),
            LiveError::Log(error) => error.into(),
            LiveError::Full { of, limit } => Self::new(
                Code::TooManyDays,
                format!("this node's limit of {limit} {of} is reached"),
            )
            .retry_after(RETRY_FULL),
        }
    }
}

/// The answer when others changed what was to change, each time that it was tried.
pub(crate) fn contended(what: &str) -> Problem {
    Problem::new(
        Code::Busy,
        format!("others change the {what} all the time; nothing was done, the same request may be sent again"),
    )
    .retry_after(RETRY_CONTENDED)
}

/// The answer when this node has as many streams as it may.
pub(crate) fn too_many_streams(limit: usize) -> Problem {
    Problem::new(
        Code::TooManyStreams,
        format!("this node's limit of {limit} streams is reached"),
    )
    .retry_after(RETRY_FULL)
}
