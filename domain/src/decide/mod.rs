//! Decides commands over all the streams they touch: all or nothing.
//!
//! Each command is made of decisions of single aggregates
//! ([`crate::resource_day::decide`], [`crate::booking::decide`],
//! [`crate::resource::decide`]). Same facts, same command, same time: same
//! events.

mod book;
mod cancel;
mod expire;
mod heartbeat;
mod hold_end;
mod leave;
mod needs;
mod redate;
mod reschedule;
mod resource;

use crate::{
    booking::ConfirmedBooking,
    calendar::Timestamp,
    command::Command,
    event::StreamEvent,
    facts::{Facts, NotLoaded},
    hold::Hold,
    ids::{ExceptionId, ResourceId},
    offer,
    precondition::Precondition,
    rejection::{Ground, Rejection},
    resource::{Resource, ResourceSettings, Terms},
};

pub use expire::{expire, expire_due};
pub use needs::needs;
pub use redate::redate;

/// What a command comes to: its answer and the events that make it true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// In the order in which they are to be appended; none when what was asked
    /// for is so already.
    pub events: Vec<StreamEvent>,
    /// The answer, true once the events are committed.
    pub outcome: Outcome,
}

/// The answer to an accepted command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The resource has these settings.
    ResourcePut {
        /// All of them.
        settings: Box<ResourceSettings>,
        /// Whether it was not open before.
        registered: bool,
    },
    /// The resource is retired.
    ResourceRetired,
    /// The resource has these exceptions.
    ExceptionsAdded {
        /// Those that it did not have before, in the order of the command, each once.
        added: Vec<ExceptionId>,
    },
    /// The resource has not this exception.
    ExceptionRemoved,
    /// The session has this hold.
    Held(Hold),
    /// The session does not have the hold it named.
    Left,
    /// The booking stands in the log.
    Booked {
        /// As it is now; `confirmed` is as it was made.
        booking: Box<ConfirmedBooking>,
        /// Whether an earlier request with the same key made it.
        replayed: bool,
    },
    /// The booking covers the span asked for.
    Rescheduled(Box<ConfirmedBooking>),
    /// The booking is cancelled.
    Cancelled(Box<ConfirmedBooking>),
}

/// Why there is no decision for the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecided {
    /// It was refused.
    Rejected(Rejection),
    /// A stream it needs is not at hand; [`needs`] names them all.
    NotLoaded(NotLoaded),
}

impl From<Rejection> for Undecided {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<NotLoaded> for Undecided {
    fn from(missing: NotLoaded) -> Self {
        Self::NotLoaded(missing)
    }
}

impl From<offer::Refusal<NotLoaded>> for Undecided {
    fn from(refusal: offer::Refusal<NotLoaded>) -> Self {
        match refusal {
            offer::Refusal::Rejected(rejection) => Self::Rejected(rejection),
            offer::Refusal::Facts(missing) => Self::NotLoaded(missing),
        }
    }
}

/// Decides `command` at `now`.
///
/// Holds that are due at `now` are ended before, by [`expire_due`], and those that a
/// clock gave their lease that was ahead have one from `now`, by [`redate`]; one
/// that is still in the facts blocks.
///
/// # Errors
///
/// [`Undecided::Rejected`] with the rule and slots that refused;
/// [`Undecided::NotLoaded`] when the facts lack a stream of [`needs`].
pub fn decide(
    facts: &impl Facts,
    command: &Command,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    match command {
        Command::PutResource(put) => resource::put(facts, put, now),
        Command::RetireResource(id) => resource::retire(facts, id, now),
        Command::AddExceptions(add) => resource::add_exceptions(facts, add, now),
        Command::RemoveException(remove) => resource::remove_exception(facts, remove, now),
        Command::Heartbeat(beat) => heartbeat::decide(facts, beat, now),
        Command::Leave(leave) => leave::decide(facts, leave),
        Command::BookSlots(book) => book::decide(facts, book, now),
        Command::RescheduleBooking(moved) => reschedule::decide(facts, moved, now),
        Command::CancelBooking(booking) => cancel::decide(facts, *booking, now),
    }
}

/// Decides `command` at `now` if what it is about is as `expected`.
///
/// What asks for nothing new is accepted whatever is expected: the same request,
/// sent again after it was carried out, is answered as the first was.
///
/// # Errors
///
/// As [`decide`]; [`Rejection::NotAsSeen`] when what it is about is there, and is not
/// as expected.
pub fn decide_if(
    facts: &impl Facts,
    command: &Command,
    expected: Option<&Precondition>,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let decided = decide(facts, command, now);
    let Some(expected) = expected else {
        return decided;
    };
    if expected.is_met(facts, command.target())? {
        return decided;
    }
    match decided {
        Ok(decision) if decision.events.is_empty() => Ok(decision),
        Err(Undecided::Rejected(rejection)) if rejection.kind().ground() == Ground::NotThere => {
            Err(rejection.into())
        }
        Err(missing @ Undecided::NotLoaded(_)) => Err(missing),
        Ok(_) | Err(Undecided::Rejected(_)) => Err(Rejection::NotAsSeen.into()),
    }
}

/// What a resource that takes holds and bookings goes by.
fn open_resource<'a>(facts: &'a impl Facts, id: &ResourceId) -> Result<&'a Terms, Undecided> {
    match facts.resource(id)? {
        Resource::Open(terms) => Ok(terms),
        Resource::Unknown => Err(Rejection::ResourceUnknown(id.clone()).into()),
        Resource::Retired(_) => Err(Rejection::ResourceRetired(id.clone()).into()),
    }
}
