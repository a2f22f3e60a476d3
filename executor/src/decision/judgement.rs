//! What is decided of a command on the working copy.

use domain::{
    calendar::Timestamp,
    command::Command,
    decide::{Decision, Undecided, decide_if, needs},
    facts::Facts,
    ids::BookingId,
    rejection::Rejection,
    stream::StreamId,
};

use super::working::Working;
use crate::Request;

/// Whether a new booking's stream is read before the booking is made.
///
/// Nearly every booking that is asked for has never been made, and a read each
/// to learn so would double the cost of booking. So it is presumed, and what is
/// then decided is only used if it is checked: an acceptance appends the
/// stream's first event, which the log refuses if there is one; a refusal is no
/// answer until the stream has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A booking that is not at hand was never made.
    Presume,
    /// Only what was read counts: the log has refused a presumption.
    Verify,
}

/// What is decided of a command.
#[derive(Debug)]
pub(crate) enum Judgement {
    Accepted(Decision),
    Refused(Rejection),
    /// These streams must be read first.
    Cold(Vec<StreamId>),
}

/// Decides a command, if all it needs is at hand. `overdue` tells that holds
/// are due whose ends could not be decided, so that it must be asked whether
/// the command meets one of them.
pub(crate) fn judge(
    working: &mut Working<'_>,
    request: &Request,
    now: Timestamp,
    trust: Trust,
    overdue: bool,
) -> Judgement {
    let command = &request.command;
    working.presume(presumable(command).filter(|_| trust == Trust::Presume));
    if overdue {
        let cold = needs(working, command, now);
        if !cold.is_empty() {
            return Judgement::Cold(cold);
        }
    }
    match decide_if(working, command, request.expected.as_ref(), now) {
        Ok(_) if working.leaned() && has_slots(working, command) => Judgement::Cold(
            presumable(command)
                .map(StreamId::Booking)
                .into_iter()
                .collect(),
        ),
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

/// Whether the booking that is asked for has slots already, so that it was made:
/// then the log would refuse it, and the batch with it.
fn has_slots(facts: &impl Facts, command: &Command) -> bool {
    let Command::BookSlots(book) = command else {
        return false;
    };
    book.span.days().any(|(day, _)| {
        let state = facts.day(&book.resource, day);
        state.is_ok_and(|state| !state.taken_by(book.booking).slots.is_empty())
    })
}

/// The booking that an earlier request may have made: without an idempotency
/// key its id is fresh.
const fn replayable(command: &Command) -> Option<BookingId> {
    match command {
        Command::BookSlots(book) if book.fingerprint.is_some() => Some(book.booking),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use domain::{
        booking::{RequestFingerprint, SealedAttendee},
        calendar::{Buffers, Day, SeatCount, SlotCount, SlotMask, Span},
        command::BookSlots,
        hold::{Lease, LiveHolds},
        ids::{HoldId, ResourceId, SessionId},
        partition::Partition,
        resource::{ResourceEvent, ResourceRegistered, ResourceSettings},
        resource_day::{HoldPlaced, ResourceDayEvent, SlotsBooked},
    };
    use eventlog::Actor;
    use uuid::Uuid;

    use super::*;
    use crate::memory::{BegunDays, Stream, StreamCache};

    const NOW: Timestamp = Timestamp::EPOCH;

    fn resource() -> ResourceId {
        "studio-a".parse().unwrap()
    }

    fn settings() -> ResourceSettings {
        let fields = serde_json::json!({"name": "Studio", "timezone": "UTC", "durations": [60]});
        serde_json::from_value(fields).unwrap()
    }

    fn hours(hours: u64, minutes: u32) -> Span {
        let start = NOW.plus_ms(hours * 3_600_000);
        Span::new(start, SlotCount::from_minutes(minutes).unwrap()).unwrap()
    }

    fn booking() -> BookingId {
        BookingId::from_bits(Partition::new(0), [1; 16])
    }

    /// A booking of an hour of the second day, under a key.
    fn book() -> Request {
        asking(Command::BookSlots(BookSlots {
            resource: resource(),
            session: SessionId::new(Uuid::from_u128(1)),
            span: hours(30, 60),
            booking: booking(),
            attendee: SealedAttendee(String::new()),
            fingerprint: Some(RequestFingerprint(String::new())),
            quantity: SeatCount::ONE,
        }))
    }

    fn asking(command: Command) -> Request {
        Request {
            command,
            expected: None,
            actor: Actor::System,
            request_id: None,
            booking_key: None,
        }
    }

    fn day(number: u64) -> StreamId {
        StreamId::ResourceDay(resource(), Day::of(NOW.plus_ms(number * 86_400_000)))
    }

    /// The resource, open.
    fn resource_alone() -> StreamCache {
        let mut streams = StreamCache::new(10);
        let id = StreamId::Resource(resource());
        let registered = ResourceEvent::ResourceRegistered(ResourceRegistered {
            settings: settings(),
            registered_at: NOW,
        });
        streams.apply(&id, 1, &registered.into());
        streams
    }

    /// The resource, open, and the second day with these events.
    fn streams(events: &[ResourceDayEvent]) -> StreamCache {
        let mut streams = resource_alone();
        let mut second = Stream::empty(&day(1));
        for event in events {
            second.append(&event.clone().into());
        }
        streams.insert(&day(1), second);
        streams
    }

    fn cold(judgement: Judgement) -> Vec<StreamId> {
        match judgement {
            Judgement::Cold(streams) => streams,
            other => panic!("decided: {other:?}"),
        }
    }

    fn booked_by(booking_id: BookingId) -> ResourceDayEvent {
        ResourceDayEvent::SlotsBooked(SlotsBooked {
            booking_id,
            slots: hours(30, 60).mask_on(Day::of(hours(30, 60).start())),
            buffer: SlotMask::EMPTY,
            quantity: SeatCount::ONE,
        })
    }

    #[test]
    fn a_new_booking_of_a_warm_day_needs_no_read() {
        let (streams, mut holds) = (streams(&[]), LiveHolds::default());
        let begun = BegunDays::new();
        let mut working = Working::new(&streams, &begun, &mut holds);
        let judged = judge(&mut working, &book(), NOW, Trust::Presume, false);
        assert!(matches!(judged, Judgement::Accepted(_)));
        let judged = judge(&mut working, &book(), NOW, Trust::Verify, false);
        assert_eq!(cold(judged), [StreamId::Booking(booking())]);
    }

    #[test]
    fn a_new_booking_of_a_fresh_day_needs_no_read() {
        let (streams, mut holds) = (resource_alone(), LiveHolds::default());
        let mut begun = BegunDays::new();
        let mut working = Working::new(&streams, &begun, &mut holds);
        let judged = judge(&mut working, &book(), NOW, Trust::Presume, false);
        assert_eq!(cold(judged), [day(1)]);
        drop(working);
        begun.complete(&begun.clone());
        let mut working = Working::new(&streams, &begun, &mut holds);
        let judged = judge(&mut working, &book(), NOW, Trust::Presume, false);
        assert!(matches!(judged, Judgement::Accepted(_)));
    }

    #[test]
    fn a_refusal_reads_first_whether_the_booking_was_made() {
        let rival = BookingId::from_bits(Partition::new(0), [2; 16]);
        let (streams, mut holds) = (streams(&[booked_by(rival)]), LiveHolds::default());
        let begun = BegunDays::new();
        let mut working = Working::new(&streams, &begun, &mut holds);
        let judged = judge(&mut working, &book(), NOW, Trust::Presume, false);
        assert_eq!(cold(judged), [StreamId::Booking(booking())]);
    }

    #[test]
    fn a_booking_that_has_slots_already_is_not_taken_for_a_new_one() {
        let (streams, mut holds) = (streams(&[booked_by(booking())]), LiveHolds::default());
        let begun = BegunDays::new();
        let mut working = Working::new(&streams, &begun, &mut holds);
        let judged = judge(&mut working, &book(), NOW, Trust::Presume, false);
        assert_eq!(cold(judged), [StreamId::Booking(booking())]);
    }

    #[test]
    fn a_command_waits_for_the_days_of_an_overdue_hold_that_it_meets() {
        let placed = HoldPlaced {
            hold_id: HoldId::new(Uuid::from_u128(5)),
            session_id: SessionId::new(Uuid::from_u128(2)),
            span: hours(20, 24 * 60),
            slots: hours(20, 24 * 60).mask_on(Day::of(hours(30, 60).start())),
            lease: Lease::Presence,
            placed_at: NOW,
            lease_expires_at: NOW,
            renewable_until: NOW,
            buffer: SlotMask::EMPTY,
            buffers: Buffers::NONE,
            quantity: SeatCount::ONE,
        };
        let mut holds = LiveHolds::default();
        holds.insert(placed.hold(&resource()));
        let streams = streams(&[ResourceDayEvent::HoldPlaced(placed)]);
        let begun = BegunDays::new();
        let mut working = Working::new(&streams, &begun, &mut holds);
        let judged = judge(&mut working, &book(), NOW, Trust::Presume, true);
        assert_eq!(cold(judged), [day(0)]);
    }

    #[test]
    fn an_unknown_resource_is_refused_only_when_it_was_read() {
        let (streams, mut holds) = (StreamCache::new(10), LiveHolds::default());
        let begun = BegunDays::new();
        let mut working = Working::new(&streams, &begun, &mut holds);
        let retire = asking(Command::RetireResource(resource()));
        let judged = judge(&mut working, &retire, NOW, Trust::Presume, false);
        assert_eq!(cold(judged), [StreamId::Resource(resource())]);
    }
}
