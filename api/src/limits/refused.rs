//! The answer to a client that did too much.

use std::{fmt, time::Duration};

use crate::{
    problem::{Code, Problem},
    telemetry::metrics::names,
};

use super::limit::{Cap, Limit};

/// Whom a limit counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Everybody at one address.
    Address,
    /// One session.
    Session,
}

impl By {
    /// As it stands in answers and metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Session => "session",
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Counts a refusal.
pub(super) fn count(limit: &'static str, by: By) {
    metrics::counter!(names::LIMITED, "limit" => limit, "by" => by.name()).increment(1);
}

/// Too fast.
pub(super) fn too_fast(limit: Limit, by: By, wait: Duration) -> Problem {
    let words = limit.words();
    too_many(
        limit.name(),
        by,
        format!("too many {words} from this {by}"),
        wait,
    )
}

/// Too much at a time.
pub(super) fn too_much(cap: Cap, by: By, most: usize, wait: Duration) -> Problem {
    let what = match cap {
        Cap::OpenConnections => "connections open",
        Cap::OpenStreams => "streams open",
        Cap::WatchedDays => "days watched",
        Cap::LiveHolds => "live holds",
        Cap::FutureBookings => "bookings to come",
        Cap::SameSpan => "holds of one span",
    };
    let detail = format!("this {by} may have {most} {what} at a time");
    too_many(cap.name(), by, detail, wait).member("limit", most)
}

/// Held on and on.
pub(super) fn held_long_enough(by: By, wait: Duration) -> Problem {
    let detail = format!(
        "this {by} has held these times for as long as anybody may; \
         others may hold them first, and booking them needs no hold"
    );
    too_many(Cap::SameSpan.name(), by, detail, wait)
}

fn too_many(exceeded: &'static str, by: By, detail: String, wait: Duration) -> Problem {
    count(exceeded, by);
    // Rounded up, so that who waits as told has waited enough.
    let ms = u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
    Problem::new(Code::TooManyRequests, detail)
        .member("exceeded", exceeded)
        .member("by", by.name())
        .retry_after(Duration::from_millis(ms))
}
