//! The event that says that somebody was erased.

use domain::{
    booking::{self, Booking, BookingCommand, ConfirmedBooking},
    calendar::Timestamp,
    event::Event,
    ids::BookingId,
    stream::StreamId,
};
use eventlog::{
    Actor, AppendOutcome, Batch, Head, Log, LogError, Metadata, PendingEvent, Position,
    RecordedEvent, StreamEvents,
};

use crate::error::ReplayError;

/// Where the log says that somebody was erased.
pub(super) struct Recorded {
    pub(super) position: Position,
    pub(super) at: Timestamp,
    /// By an earlier run.
    pub(super) before: bool,
}

/// A booking, folded from its stream.
struct Found {
    booking: Booking,
    last: Option<RecordedEvent>,
    erased: Option<Position>,
}

impl Found {
    fn fold(streams: Vec<StreamEvents>) -> Self {
        let mut found = Self {
            booking: Booking::default(),
            last: None,
            erased: None,
        };
        for recorded in streams.into_iter().flat_map(|stream| stream.events) {
            if let Event::Booking(event) = &recorded.event {
                found.booking.evolve(event);
                let erased = found.booking.get().is_some_and(ConfirmedBooking::is_erased);
                if erased && found.erased.is_none() {
                    found.erased = Some(recorded.position);
                }
            }
            found.last = Some(recorded);
        }
        found
    }
}

/// Makes sure that there is such a booking.
pub(super) async fn require_made(log: &Log, id: BookingId) -> Result<(), ReplayError> {
    if id.partition().get() >= log.partition_count().get() {
        return Err(ReplayError::NoBooking(id));
    }
    let streams = log
        .read_streams(id.partition(), &[StreamId::Booking(id)])
        .await?;
    match Found::fold(streams).booking.get() {
        Some(_) => Ok(()),
        None => Err(ReplayError::NoBooking(id)),
    }
}

/// Appends that who the booking is for was erased, unless the log says so.
pub(super) async fn record(log: &Log, id: BookingId) -> Result<Recorded, ReplayError> {
    let partition = id.partition();
    let now = log.read_clock().await?;
    let mut locked = log.lock_head(partition).await?;
    let head = locked.head();
    let now = now.max(head.last_at);
    let found = Found::fold(locked.read_streams(&[StreamId::Booking(id)]).await?);
    let decided = booking::decide(&found.booking, &BookingCommand::Erase { now });
    let events = decided.map_err(|_| ReplayError::NoBooking(id))?;
    let (Some(made), Some(last)) = (found.booking.get(), &found.last) else {
        return Err(ReplayError::NoBooking(id));
    };
    if let (Some(position), Some(at)) = (found.erased, made.erased_at) {
        return Ok(Recorded {
            position,
            at,
            before: true,
        });
    }
    let pending = events.into_iter().zip(last.sequence + 1..);
    let pending = pending.map(|(event, sequence)| PendingEvent {
        stream: StreamId::Booking(id),
        sequence,
        event: event.into(),
        metadata: by_command_line(),
        resource: made.resource().clone(),
    });
    let batch = batch(head, id, now, pending.collect()).prepare()?;
    match locked.append(&batch).await? {
        AppendOutcome::Appended(commit) => Ok(Recorded {
            position: commit.head.position,
            at: now,
            before: false,
        }),
        // Nobody else can have moved it.
        AppendOutcome::Missed => Err(LogError::HistoryChanged { partition }.into()),
    }
}

fn batch(head: Head, id: BookingId, now: Timestamp, events: Vec<PendingEvent>) -> Batch {
    Batch {
        partition: id.partition(),
        expected: head,
        recorded_at: now,
        events,
        keys: Vec::new(),
    }
}

fn by_command_line() -> Metadata {
    Metadata {
        actor: Actor::Admin("command-line".into()),
        request_id: None,
        causation: "EraseAttendee".into(),
    }
}
