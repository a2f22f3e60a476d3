//! The line that the log has of each command that a rule refused: a refusal writes no
//! event, and whoever looks into a complaint later has this line alone.
//!
//! Nothing personal is in it: sessions are random numbers, and whom a booking is for no
//! command names in the clear.

use domain::{
    calendar::{Span, Timestamp},
    command::{Command, Target},
    ids::{BookingId, HoldId, ResourceId, SessionId},
};
use eventlog::{Actor, GlobalPosition};

use crate::{problem::Problem, request::RequestId};

/// What was asked for, kept while a command is under way.
pub(crate) struct Asked {
    command: &'static str,
    actor: Actor,
    session: Option<SessionId>,
    resource: Option<ResourceId>,
    booking: Option<BookingId>,
    hold: Option<HoldId>,
    span: Option<Span>,
}

impl Asked {
    /// What a command asks for, and who.
    pub(crate) fn of(command: &Command, actor: &Actor) -> Self {
        let (resource, booking) = match command.target() {
            Target::Resource(resource) => (Some(resource.clone()), None),
            Target::Booking(booking) => (None, Some(booking)),
        };
        let (session, hold, span) = match command {
            Command::PutResource(_)
            | Command::RetireResource(_)
            | Command::AddExceptions(_)
            | Command::RemoveException(_)
            | Command::CancelBooking(_) => (None, None, None),
            Command::Heartbeat(beat) => (Some(beat.session), beat.renew, Some(beat.span)),
            Command::Leave(leave) => (Some(leave.session), leave.hold, None),
            Command::BookSlots(book) => (Some(book.session), None, Some(book.span)),
            Command::RescheduleBooking(moved) => (moved.session, None, Some(moved.span)),
        };
        Self {
            command: command.name(),
            actor: actor.clone(),
            session,
            resource,
            booking,
            hold,
            span,
        }
    }

    /// Says in the log that it was refused, at this head of its partition and this time.
    pub(crate) fn refused(
        &self,
        request: &RequestId,
        problem: &Problem,
        at: GlobalPosition,
        decided_at: Timestamp,
    ) {
        let (command, code) = (self.command, problem.code().as_str());
        tracing::info!(
            command,
            problem.code = code,
            request = request.as_str(),
            actor = words(&self.actor),
            session = self.session.map(display),
            resource = self.resource.as_ref().map(display),
            booking = self.booking.map(display),
            hold = self.hold.map(display),
            span.start = self.span.map(|span| display(span.start())),
            span.end = self.span.map(|span| display(span.end())),
            partition = at.partition.get(),
            position = at.position.get(),
            decided_at = display(decided_at),
            "refused {command}: {code}",
        );
    }
}

/// Who it was, as `slotkeeper-replay audit actor` takes it.
fn words(actor: &Actor) -> String {
    match actor {
        Actor::Session(session) => format!("session:{session}"),
        Actor::ManageToken => "manage-token".into(),
        Actor::Admin(key) => format!("admin:{key}"),
        Actor::System => "system".into(),
    }
}
