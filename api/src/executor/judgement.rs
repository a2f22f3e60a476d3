//! What a command comes to on the working copy.

use domain::{
    calendar::Timestamp,
    command::Command,
    decide::{Decision, Undecided, decide, needs},
    ids::BookingId,
    rejection::Rejection,
    stream::StreamId,
};

use super::working::Working;

/// Whether a new booking's stream is read before the booking is made.
///
/// Nearly every booking that is asked for has never been made, and a read each
/// to learn so would double the cost of booking. So it is presumed, and what is
/// then decided is only used if it is checked: an acceptance appends the
/// stream's first event, which the log refuses if there is one; a refusal is no
/// answer until the stream has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// A booking that is not at hand was never made.
    Presume,
    /// Only what was read counts: the log has refused a presumption.
    Verify,
}

/// What a command comes to.
#[derive(Debug)]
pub(super) enum Judgement {
    Accepted(Decision),
    Refused(Rejection),
    /// These streams must be read first.
    Cold(Vec<StreamId>),
}

/// Decides a command, if all it needs is at hand. `overdue` tells that holds
/// are due whose ends could not be decided, so that it must be asked whether
/// the command meets one of them.
pub(super) fn judge(
    working: &mut Working<'_>,
    command: &Command,
    now: Timestamp,
    trust: Trust,
    overdue: bool,
) -> Judgement {
    working.presume(presumable(command).filter(|_| trust == Trust::Presume));
    if overdue {
        let cold = needs(working, command, now);
        if !cold.is_empty() {
            return Judgement::Cold(cold);
        }
    }
    match decide(working, command, now) {
        Ok(decision) => Judgement::Accepted(decision),
        Err(Undecided::NotLoaded(missing)) => {
            let mut cold = needs(working, command, now);
            if !cold.contains(&missing.0) {
                cold.push(missing.0);
            }
            Judgement::Cold(cold)
        }
        Err(Undecided::Rejected(rejection)) => match replayable(command) {
            Some(booking) if working.leaned() => Judgement::Cold(vec![StreamId::Booking(booking)]),
            _ => Judgement::Refused(rejection),
        },
    }
}

const fn presumable(command: &Command) -> Option<BookingId> {
    match command {
        Command::BookSlots(book) => Some(book.booking),
        _ => None,
    }
}

/// The booking that an earlier request may have made: without an idempotency
/// key its id is fresh.
const fn replayable(command: &Command) -> Option<BookingId> {
    match command {
        Command::BookSlots(book) if book.fingerprint.is_some() => Some(book.booking),
        _ => None,
    }
}
