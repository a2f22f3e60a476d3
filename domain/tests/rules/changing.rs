//! Moving and cancelling a booking.

use domain::{
    booking::{self, Booking, BookingCommand, BookingRefusal},
    calendar::Span,
    decide::Outcome,
    event::Event,
    rejection::Rejection,
    resource_day::FreedReason::{Cancelled, Rescheduled},
    stream::StreamId,
};

use crate::harness::*;

fn at_13() -> Span {
    span("2026-11-24T13:00", 60)
}

fn at_15() -> Span {
    span("2026-11-24T15:00", 60)
}

/// What moving booking 1 comes to.
fn moved(from: Span, to: Span) -> Vec<Vec<domain::event::StreamEvent>> {
    vec![
        slots_freed(1, from, Rescheduled),
        slots_booked(1, to),
        rescheduled(1, from, to, NOW),
    ]
}

#[test]
fn a_booking_moves_to_a_free_span() {
    let world = given([studios(), booked(1, A, at_13(), NOW)]);
    let outcome = world
        .when(NOW, reschedule(1, at_15(), None))
        .then(moved(at_13(), at_15()));
    let Outcome::Rescheduled(booking) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((booking.span, booking.confirmed.span), (at_15(), at_13()));
}

#[test]
fn a_booking_moves_onto_slots_of_its_own() {
    let world = given([studios(), booked(1, A, at_13(), NOW)]);
    for (start, length) in [
        ("2026-11-24T12:15", 60),
        ("2026-11-24T10:00", 300),
        ("2026-11-23T14:00", 2640),
    ] {
        let to = span(start, length);
        world
            .when(NOW, reschedule(1, to, None))
            .then(moved(at_13(), to));
    }
}

#[test]
fn a_booking_moves_over_several_days_at_once() {
    let (hire, later) = (
        span("2026-11-23T14:00", 2640),
        span("2026-11-24T14:00", 2640),
    );
    let world = given([studios(), booked(1, A, hire, NOW)]);
    let events = moved(hire, later);
    assert_eq!(events.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    world.when(NOW, reschedule(1, later, None)).then(events);
}

#[test]
fn a_booking_stays_where_it_is_when_the_new_span_is_booked() {
    let world = given([
        studios(),
        booked(1, A, at_13(), NOW),
        booked(2, A, at_15(), NOW),
    ]);
    let taken = ["2026-11-24T15:00/2026-11-24T16:00"];
    world
        .when(NOW, reschedule(1, at_15(), Some(A)))
        .refused_for("booked", &taken);
    // Its own part of the new span is no obstacle, and no way in either.
    let over_both = span("2026-11-24T12:00", 300);
    world
        .when(NOW, reschedule(1, over_both, None))
        .refused_for("booked", &taken);
}

#[test]
fn a_booking_stays_where_it_is_when_another_holds_the_new_span() {
    let world = given([
        studios(),
        booked(1, A, at_13(), NOW),
        held(1, B, at_15(), NOW),
    ]);
    let held = ["2026-11-24T15:00/2026-11-24T16:00"];
    world
        .when(NOW, reschedule(1, at_15(), Some(A)))
        .refused_for("held_by_other", &held);
}

#[test]
fn without_a_session_every_hold_is_another_s() {
    let world = given([
        studios(),
        booked(1, A, at_13(), NOW),
        held(1, A, at_15(), NOW),
    ]);
    let held = ["2026-11-24T15:00/2026-11-24T16:00"];
    world
        .when(NOW, reschedule(1, at_15(), None))
        .refused_for("held_by_other", &held);
}

#[test]
fn moving_consumes_the_session_s_own_hold() {
    let hold = hold(1, A, at_15(), NOW);
    let world = given([studios(), booked(1, A, at_13(), NOW), placed(&hold)]);
    let mut events = moved(at_13(), at_15());
    events.insert(0, consumed(&hold, 1));
    world
        .when(NOW, reschedule(1, at_15(), Some(A)))
        .then(events);
}

#[test]
fn moving_to_where_it_is_changes_nothing() {
    let world = given([studios(), booked(1, A, at_13(), NOW), retired(NOW)]);
    for now in [NOW, "2026-12-24T10:00:00Z"] {
        let outcome = world.when(now, reschedule(1, at_13(), None)).then_nothing();
        assert!(matches!(outcome, Outcome::Rescheduled(booking) if booking.span == at_13()));
    }
}

#[test]
fn a_booking_moves_by_the_rules_of_booking() {
    let world = given([studios(), booked(1, A, at_13(), NOW)]);
    let refusal = |to| world.when(NOW, reschedule(1, to, None)).refused().code();
    assert_eq!(refusal(span("2026-11-23T08:45", 60)), "past");
    assert_eq!(
        refusal(span("2026-11-24T15:00", 90)),
        "duration_not_offered"
    );
    let retired = given([studios(), booked(1, A, at_13(), NOW), retired(NOW)]);
    let refused = retired.when(NOW, reschedule(1, at_15(), None)).refused();
    assert_eq!(refused, Rejection::ResourceRetired(studio_a()));
}

#[test]
fn a_booking_that_has_begun_can_move_and_one_that_is_over_can_not() {
    let world = given([studios(), booked(1, A, at_13(), NOW)]);
    let events = world
        .when("2026-11-24T13:59:59.999Z", reschedule(1, at_15(), None))
        .events();
    assert_eq!(events.len(), 3);
    let over = world
        .when("2026-11-24T14:00:00Z", reschedule(1, at_15(), None))
        .refused();
    let ended = Rejection::BookingEnded {
        booking_id: booking_id(1),
        end: at("2026-11-24T14:00:00Z"),
    };
    assert_eq!(over, ended);
}

#[test]
fn cancelling_frees_all_days() {
    let hire = span("2026-11-23T14:00", 2640);
    let world = given([studios(), booked(1, A, hire, NOW)]);
    let events = [cancelled(1, hire, NOW), slots_freed(1, hire, Cancelled)];
    let outcome = world.when(NOW, cancel(1)).then(events);
    assert!(matches!(outcome, Outcome::Cancelled(booking) if !booking.stands()));
}

#[test]
fn what_was_cancelled_can_be_booked() {
    let freed = [
        cancelled(1, at_13(), NOW),
        slots_freed(1, at_13(), Cancelled),
    ]
    .concat();
    let world = given([studios(), booked(1, A, at_13(), NOW), freed]);
    world
        .when(NOW, book(B, at_13()))
        .then([booked(9, B, at_13(), NOW)]);
}

#[test]
fn cancelling_again_is_answered_as_before() {
    let freed = [
        cancelled(1, at_13(), NOW),
        slots_freed(1, at_13(), Cancelled),
    ]
    .concat();
    let world = given([studios(), booked(1, A, at_13(), NOW), freed]);
    for now in [NOW, "2026-12-24T10:00:00Z"] {
        let outcome = world.when(now, cancel(1)).then_nothing();
        assert!(matches!(outcome, Outcome::Cancelled(booking) if !booking.stands()));
    }
}

#[test]
fn a_cancelled_booking_does_not_move() {
    let freed = [
        cancelled(1, at_13(), NOW),
        slots_freed(1, at_13(), Cancelled),
    ]
    .concat();
    let world = given([studios(), booked(1, A, at_13(), NOW), freed]);
    let refused = Rejection::BookingCancelled(booking_id(1));
    for to in [at_15(), at_13()] {
        assert_eq!(world.when(NOW, reschedule(1, to, None)).refused(), refused);
    }
}

#[test]
fn a_booking_can_be_cancelled_until_it_is_over_whatever_became_of_its_resource() {
    let world = given([studios(), booked(1, A, at_13(), NOW), retired(NOW)]);
    let before = world.when("2026-11-24T13:59:59.999Z", cancel(1)).events();
    assert_eq!(before.len(), 2);
    let over = world.when("2026-11-24T14:00:00Z", cancel(1)).refused();
    assert_eq!(over.code(), "booking_ended");
}

#[test]
fn a_booking_that_was_never_made_is_unknown() {
    let world = given([studios()]);
    let unknown = Rejection::BookingUnknown(booking_id(1));
    assert_eq!(world.when(NOW, cancel(1)).refused(), unknown);
    assert_eq!(
        world.when(NOW, reschedule(1, at_15(), None)).refused(),
        unknown
    );
}

#[test]
fn a_booking_that_moved_is_cancelled_where_it_is() {
    let history = moved(at_13(), at_15()).concat();
    let world = given([studios(), booked(1, A, at_13(), NOW), history]);
    let events = [
        cancelled(1, at_15(), NOW),
        slots_freed(1, at_15(), Cancelled),
    ];
    world.when(NOW, cancel(1)).then(events);
}

/// What erasing who booking 1 is for comes to, at a time.
fn erase(world: &[domain::event::StreamEvent], now: &str) -> Vec<domain::event::StreamEvent> {
    let mut state = Booking::default();
    for (_, event) in world {
        if let Event::Booking(event) = event {
            state.evolve(event);
        }
    }
    let decided = booking::decide(&state, &BookingCommand::Erase { now: at(now) });
    let stream = StreamId::Booking(booking_id(1));
    let events = decided.unwrap().into_iter();
    events.map(|event| (stream.clone(), event.into())).collect()
}

#[test]
fn who_a_booking_is_for_is_erased_once_whatever_became_of_it() {
    let made = booked(1, A, at_13(), NOW);
    let gone = [made.clone(), cancelled(1, at_13(), NOW)].concat();
    let over = "2026-12-24T12:00:00Z";
    for history in [made, gone] {
        let erased = erase(&history, over);
        assert_eq!(erased, crate::harness::erased(1, over));
        let again = [history, erased].concat();
        assert_eq!(erase(&again, "2026-12-25T12:00:00Z"), []);
    }
}

#[test]
fn nobody_is_erased_from_a_booking_that_was_never_made() {
    let command = BookingCommand::Erase { now: at(NOW) };
    let refused = booking::decide(&Booking::default(), &command);
    assert_eq!(refused, Err(BookingRefusal::Unknown));
}
