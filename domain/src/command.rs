//! Commands, as the rim submits them. Each goes to one partition.

use crate::{
    booking::{RequestFingerprint, SealedAttendee},
    calendar::{SeatCount, Span},
    hold::Lease,
    hours::Exception,
    ids::{BookingId, ExceptionId, HoldId, ResourceId, SessionId},
    resource::ResourceSettings,
};

/// Something asked for. Who may ask has been settled before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Register a resource, or change its settings.
    PutResource(PutResource),
    /// Take no more holds and bookings of a resource.
    RetireResource(ResourceId),
    /// Add exceptions to a resource's hours.
    AddExceptions(AddExceptions),
    /// Take an exception to a resource's hours out again.
    RemoveException(RemoveException),
    /// Place, renew or move a session's hold.
    Heartbeat(Heartbeat),
    /// Let go of a session's hold.
    Leave(Leave),
    /// Book a span.
    BookSlots(BookSlots),
    /// Move a booking.
    RescheduleBooking(RescheduleBooking),
    /// Cancel a booking.
    CancelBooking(BookingId),
}

/// Register a resource, or change its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutResource {
    /// Which.
    pub resource: ResourceId,
    /// All its settings.
    pub settings: ResourceSettings,
}

/// Add exceptions to a resource's hours, all or none of them. What is booked stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddExceptions {
    /// Of what.
    pub resource: ResourceId,
    /// Each in place of any of its id; in this order.
    pub exceptions: Vec<Exception>,
}

/// Take an exception to a resource's hours out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveException {
    /// Of what.
    pub resource: ResourceId,
    /// Which.
    pub exception: ExceptionId,
}

/// Place, renew or move a session's hold on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// What to hold.
    pub resource: ResourceId,
    /// For whom.
    pub session: SessionId,
    /// For when.
    pub span: Span,
    /// How many seats.
    pub quantity: SeatCount,
    /// Which lease.
    pub lease: Lease,
    /// The hold to renew. With it the beat places and moves nothing, so that a
    /// beat in flight can't bring back what was released meanwhile.
    pub renew: Option<HoldId>,
    /// The id of the hold that this beat may place: a fresh one.
    pub new_hold: HoldId,
}

/// Let go of a session's hold on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// Of what.
    pub resource: ResourceId,
    /// Whose.
    pub session: SessionId,
    /// Only if it is this hold; absent: whichever it is.
    pub hold: Option<HoldId>,
}

/// Book a span of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookSlots {
    /// What to book.
    pub resource: ResourceId,
    /// For which session; its own overlapping hold is consumed.
    pub session: SessionId,
    /// For when.
    pub span: Span,
    /// How many seats.
    pub quantity: SeatCount,
    /// The booking's id: derived from session, resource and idempotency key, or
    /// random when there is no key.
    pub booking: BookingId,
    /// For whom.
    pub attendee: SealedAttendee,
    /// Identifies the request under its idempotency key.
    pub fingerprint: Option<RequestFingerprint>,
}

/// Move a booking to another span of its resource. It keeps its seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RescheduleBooking {
    /// Which.
    pub booking: BookingId,
    /// Where to.
    pub span: Span,
    /// On whose behalf: this session's holds do not stand in the way, and the
    /// overlapping one is consumed.
    pub session: Option<SessionId>,
}

impl Command {
    /// The command's name, as traces and metrics carry it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PutResource(_) => "PutResource",
            Self::RetireResource(_) => "RetireResource",
            Self::AddExceptions(_) => "AddExceptions",
            Self::RemoveException(_) => "RemoveException",
            Self::Heartbeat(_) => "Heartbeat",
            Self::Leave(_) => "Leave",
            Self::BookSlots(_) => "BookSlots",
            Self::RescheduleBooking(_) => "RescheduleBooking",
            Self::CancelBooking(_) => "CancelBooking",
        }
    }

    /// What says which partition the command goes to.
    pub const fn target(&self) -> Target<'_> {
        match self {
            Self::PutResource(put) => Target::Resource(&put.resource),
            Self::RetireResource(resource) => Target::Resource(resource),
            Self::AddExceptions(add) => Target::Resource(&add.resource),
            Self::RemoveException(remove) => Target::Resource(&remove.resource),
            Self::Heartbeat(beat) => Target::Resource(&beat.resource),
            Self::Leave(leave) => Target::Resource(&leave.resource),
            Self::BookSlots(book) => Target::Resource(&book.resource),
            Self::RescheduleBooking(reschedule) => Target::Booking(reschedule.booking),
            Self::CancelBooking(booking) => Target::Booking(*booking),
        }
    }
}

/// What a command is about, and thereby its partition: a resource's by its
/// hash, a booking's by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// A resource.
    Resource(&'a ResourceId),
    /// A booking.
    Booking(BookingId),
}

macro_rules! command_from {
    ($($command:ident),+) => {
        $(impl From<$command> for Command {
            fn from(command: $command) -> Self {
                Self::$command(command)
            }
        })+
    };
}

command_from!(
    PutResource,
    AddExceptions,
    RemoveException,
    Heartbeat,
    Leave,
    BookSlots,
    RescheduleBooking
);
