//! The aggregates as `cqrs_es` runs them.

use cqrs_es::{Aggregate, DomainEvent, test::TestFramework};
use domain::{
    booking::{Booking, BookingCommand, BookingConfirmed, BookingEvent, BookingRefusal},
    calendar::{Buffers, Extent, SlotMask},
    event::Event,
    resource::{Resource, ResourceCommand, ResourceEvent, ResourceRefusal, ResourceRetired},
    resource_day::{
        EndHold, FreedReason, HoldEnd, ReleaseReason, ResourceDay, ResourceDayCommand,
        ResourceDayEvent, SlotConflict,
    },
    stream::StreamId,
};

use crate::harness::*;

/// The events of one kind of aggregate.
trait Of: Sized {
    fn of(event: Event) -> Option<Self>;
}

macro_rules! of {
    ($($event:ident($kind:ident)),+) => {
        $(impl Of for $event {
            fn of(event: Event) -> Option<Self> {
                match event {
                    Event::$kind(event) => Some(event),
                    _ => None,
                }
            }
        })+
    };
}

of!(
    ResourceEvent(Resource),
    ResourceDayEvent(ResourceDay),
    BookingEvent(Booking)
);

/// Those of a history that are of the kind that the test is about.
fn only<E: Of>(history: Vec<domain::event::StreamEvent>) -> Vec<E> {
    let events = history.into_iter().map(|(_, event)| event);
    events.filter_map(E::of).collect()
}

fn slots(text: &str) -> SlotMask {
    text.parse().unwrap()
}

fn at_13() -> domain::calendar::Span {
    span("2026-11-24T13:00", 60)
}

/// That a booking wants these slots on behalf of a session.
fn book_slots(booking: u8, session: domain::ids::SessionId, text: &str) -> ResourceDayCommand {
    ResourceDayCommand::BookSlots {
        booking_id: booking_id(booking),
        session_id: Some(session),
        slots: slots(text),
    }
}

fn day_with(
    history: Vec<domain::event::StreamEvent>,
) -> cqrs_es::test::AggregateTestExecutor<ResourceDay> {
    TestFramework::with(()).given(only(history))
}

#[test]
fn a_day_books_what_is_free() {
    day_with(vec![])
        .when(book_slots(1, A, "52-55"))
        .then_expect_events(only(slots_booked(1, at_13())));
}

#[test]
fn a_day_refuses_what_is_booked_or_held_by_another() {
    day_with(slots_booked(1, at_13()))
        .when(book_slots(2, A, "54-57"))
        .then_expect_error(SlotConflict::Booked(slots("54-55")));
    day_with(held(1, A, at_13(), NOW))
        .when(book_slots(2, B, "48-52"))
        .then_expect_error(SlotConflict::Held(slots("52")));
    day_with(held(1, A, at_13(), NOW))
        .when(book_slots(2, B, "48-52"))
        .then_expect_error_message("slots 52 are held by another session");
}

#[test]
fn a_day_places_renews_and_ends_holds() {
    let hold = hold(1, A, at_13(), NOW);
    let after = renewed_hold(
        &hold,
        domain::hold::Lease::Presence,
        NOW,
        hold.renewable_until,
    );
    let place = only(placed(&hold)).remove(0);
    let ResourceDayEvent::HoldPlaced(placing) = place else {
        panic!("{place:?}");
    };
    day_with(vec![])
        .when(ResourceDayCommand::PlaceHold(placing.clone()))
        .then_expect_events(only(placed(&hold)));
    day_with(held(2, B, at_13(), NOW))
        .when(ResourceDayCommand::PlaceHold(placing))
        .then_expect_error(SlotConflict::Held(slots("52-55")));

    let renewal = only(renewed(&after)).remove(0);
    let ResourceDayEvent::HoldRenewed(renewing) = renewal else {
        panic!("{renewal:?}");
    };
    day_with(placed(&hold))
        .when(ResourceDayCommand::RenewHold(renewing.clone()))
        .then_expect_events(only(renewed(&after)));
    day_with(vec![])
        .when(ResourceDayCommand::RenewHold(renewing))
        .then_expect_events(vec![]);

    let release = HoldEnd::Released(ReleaseReason::Left);
    let ends = [
        (release, released(&after, ReleaseReason::Left)),
        (HoldEnd::Expired, expired(&after)),
        (HoldEnd::Consumed(booking_id(9)), consumed(&after, 9)),
    ];
    for (end, expected) in ends {
        let ending = ResourceDayCommand::EndHold(EndHold::of(&after, end));
        day_with([placed(&hold), renewed(&after)].concat())
            .when(ending.clone())
            .then_expect_events(only(expected));
        day_with(vec![]).when(ending).then_expect_events(vec![]);
    }
}

#[test]
fn a_day_frees_what_a_booking_has() {
    let free = ResourceDayCommand::FreeSlots {
        booking_id: booking_id(1),
        reason: FreedReason::Cancelled,
    };
    day_with(slots_booked(1, at_13()))
        .when(free.clone())
        .then_expect_events(only(slots_freed(1, at_13(), FreedReason::Cancelled)));
    day_with(slots_booked(2, at_13()))
        .when(free)
        .then_expect_events(vec![]);
}

fn confirmed() -> BookingConfirmed {
    confirmation(1, A, at_13(), NOW)
}

fn made() -> cqrs_es::test::AggregateTestExecutor<Booking> {
    TestFramework::with(()).given(vec![BookingEvent::BookingConfirmed(confirmed())])
}

#[test]
fn a_booking_is_made_once() {
    TestFramework::<Booking>::with(())
        .given_no_previous_events()
        .when(BookingCommand::Confirm(confirmed()))
        .then_expect_events(vec![BookingEvent::BookingConfirmed(confirmed())]);
    made()
        .when(BookingCommand::Confirm(confirmed()))
        .then_expect_error(BookingRefusal::Exists);
}

#[test]
fn a_booking_moves_and_is_cancelled() {
    let (at_15, now) = (span("2026-11-24T15:00", 60), at(NOW));
    let moves = |span| BookingCommand::Reschedule {
        extent: Extent::new(span, Buffers::NONE),
        now,
    };
    made()
        .when(moves(at_15))
        .then_expect_events(only(rescheduled(1, at_13(), at_15, NOW)));
    made().when(moves(at_13())).then_expect_events(vec![]);
    made()
        .when(BookingCommand::Cancel { now })
        .then_expect_events(only(cancelled(1, at_13(), NOW)));
    let is_cancelled = || made().and(only(cancelled(1, at_13(), NOW)));
    is_cancelled()
        .when(moves(at_15))
        .then_expect_error(BookingRefusal::Cancelled);
    is_cancelled()
        .when(BookingCommand::Cancel { now })
        .then_expect_events(vec![]);
    let end = at_13().end();
    for command in [
        BookingCommand::Cancel { now: end },
        BookingCommand::Reschedule {
            extent: Extent::new(at_15, Buffers::NONE),
            now: end,
        },
    ] {
        made()
            .when(command)
            .then_expect_error(BookingRefusal::Ended(end));
    }
    TestFramework::<Booking>::with(())
        .given_no_previous_events()
        .when(BookingCommand::Cancel { now })
        .then_expect_error(BookingRefusal::Unknown);
}

#[test]
fn a_resource_is_registered_and_retired() {
    let put = ResourceCommand::Put {
        settings: Box::new(settings()),
        now: at("2026-01-01T00:00:00Z"),
    };
    let retire = ResourceCommand::Retire { now: at(NOW) };
    let resource = TestFramework::<Resource>::with;
    let registration = || only(studio(settings()));
    resource(())
        .given_no_previous_events()
        .when(put.clone())
        .then_expect_events(registration());
    resource(())
        .given(registration())
        .when(put)
        .then_expect_events(vec![]);
    resource(())
        .given_no_previous_events()
        .when(retire.clone())
        .then_expect_error(ResourceRefusal::Unknown);
    let retirement = ResourceEvent::ResourceRetired(ResourceRetired {
        retired_at: at(NOW),
    });
    resource(())
        .given(registration())
        .when(retire)
        .then_expect_events(vec![retirement]);
}

#[test]
fn aggregates_are_stored_under_the_types_of_their_streams() {
    let resource = StreamId::Resource(studio_a());
    assert_eq!(Resource::TYPE, resource.aggregate_type());
    let studio_day = StreamId::ResourceDay(studio_a(), day("2026-11-24"));
    assert_eq!(ResourceDay::TYPE, studio_day.aggregate_type());
    let booking = StreamId::Booking(booking_id(1));
    assert_eq!(Booking::TYPE, booking.aggregate_type());
}

#[test]
fn adapters_name_events_as_the_log_does() {
    let booked = only::<ResourceDayEvent>(slots_booked(1, at_13())).remove(0);
    let event = Event::from(booked.clone());
    assert_eq!(DomainEvent::event_type(&booked), event.event_type());
    assert_eq!(DomainEvent::event_version(&booked), event.event_version());
}
