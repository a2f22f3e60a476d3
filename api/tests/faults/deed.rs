//! What a client asked and what it was told.

use domain::ids::SessionId;
use eventlog::GlobalPosition;
use serde_json::Value;

use crate::ask::Ask;

/// A request, sent until its answer was definite or the client gave up.
#[derive(Debug)]
pub(crate) struct Deed {
    pub(crate) session: SessionId,
    pub(crate) ask: Ask,
    pub(crate) attempts: Vec<Attempt>,
}

/// One time that a request was sent.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// Its `X-Request-Id`, which its events carry: of which server it was asked,
    /// and its number.
    pub(crate) id: String,
    /// By the database's clock, as the next.
    pub(crate) sent_ms: i64,
    pub(crate) answered_ms: i64,
    /// Nothing when the answer was lost.
    pub(crate) told: Option<Answer>,
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Of a problem; else empty.
    pub(crate) code: String,
    /// Null when there was no JSON.
    pub(crate) body: Value,
    pub(crate) place: Option<GlobalPosition>,
    pub(crate) replayed: bool,
}

/// What an answer says of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// It was done, or read.
    Done,
    /// It was refused at a position: nothing was done.
    Refused,
    /// Nothing was done, come back.
    NothingDone,
    /// Nobody knows.
    Unknown,
    /// A read did not show what it was to show.
    NotShown,
    /// What no answer should be.
    Broken,
}

impl Answer {
    pub(crate) fn claim(&self) -> Claim {
        match (self.status, self.code.as_str()) {
            (200..=299, _) => Claim::Done,
            (503, "busy" | "unavailable" | "stopping") => Claim::NothingDone,
            (503, "outcome_unknown" | "timed_out") => Claim::Unknown,
            (503, "not_yet_applied") | (409, "epoch_changed") => Claim::NotShown,
            (404 | 409 | 422, _) => Claim::Refused,
            _ => Claim::Broken,
        }
    }

    /// A field of text.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.body[field].as_str()
    }
}

impl Attempt {
    pub(crate) fn claim(&self) -> Claim {
        self.told.as_ref().map_or(Claim::Unknown, Answer::claim)
    }
}
