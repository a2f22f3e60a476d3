//! Booking: what is in the way, what is consumed, what is answered again.

use domain::{calendar::Span, command::BookSlots, decide::Outcome, rejection::Rejection};

use crate::harness::*;

fn at_13() -> Span {
    span("2026-11-24T13:00", 60)
}

fn monday_to_wednesday() -> Span {
    span("2026-11-23T14:00", 2640)
}

#[test]
fn a_free_span_is_booked() {
    let outcome = given([studios()])
        .when(NOW, book(A, at_13()))
        .then([booked(9, A, at_13(), NOW)]);
    let Outcome::Booked { booking, replayed } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(booking.confirmed, confirmation(9, A, at_13(), NOW));
    assert!(booking.stands() && !replayed);
}

#[test]
fn monday_14_to_wednesday_10_books_three_days_tuesday_whole() {
    let slots = given([studios()])
        .when(NOW, book(A, monday_to_wednesday()))
        .then_slots();
    let expected = [
        ("SlotsBooked", "2026-11-23", "56-95"),
        ("SlotsBooked", "2026-11-24", "0-95"),
        ("SlotsBooked", "2026-11-25", "0-39"),
    ];
    assert_eq!(
        slots,
        expected.map(|(event, day, slots)| (event, day.into(), slots.into()))
    );
}

#[test]
fn monday_to_wednesday_is_refused_whole_with_wednesday_9_taken() {
    let taken = booked(1, B, span("2026-11-25T09:00", 60), NOW);
    let world = given([studios(), taken]);
    let booked = ["2026-11-25T09:00/2026-11-25T10:00"];
    world
        .when(NOW, book(A, monday_to_wednesday()))
        .refused_for("booked", &booked);
}

#[test]
fn what_is_booked_is_refused_to_everybody() {
    let world = given([studios(), booked(1, A, at_13(), NOW)]);
    let taken = ["2026-11-24T13:00/2026-11-24T14:00"];
    for session in [A, B] {
        world
            .when(NOW, book(session, at_13()))
            .refused_for("booked", &taken);
        let around = span("2026-11-24T10:00", 300);
        world
            .when(NOW, book(session, around))
            .refused_for("booked", &taken);
    }
}

#[test]
fn bookings_may_touch() {
    let world = given([studios(), booked(1, A, at_13(), NOW)]);
    for start in ["2026-11-24T12:00", "2026-11-24T14:00"] {
        let touching = span(start, 60);
        world
            .when(NOW, book(B, touching))
            .then([booked(9, B, touching, NOW)]);
    }
}

#[test]
fn nobody_books_over_another_session_s_hold() {
    let world = given([studios(), held(1, A, at_13(), NOW)]);
    let held = ["2026-11-24T13:00/2026-11-24T14:00"];
    world
        .when(NOW, book(B, at_13()))
        .refused_for("held_by_other", &held);
    let around = span("2026-11-24T10:00", 300);
    world
        .when(NOW, book(B, around))
        .refused_for("held_by_other", &held);
}

#[test]
fn booking_consumes_the_session_s_own_hold() {
    let hold = hold(1, A, at_13(), NOW);
    let world = given([studios(), placed(&hold)]);
    world
        .when(NOW, book(A, at_13()))
        .then([consumed(&hold, 9), booked(9, A, at_13(), NOW)]);
}

#[test]
fn booking_part_of_the_own_hold_consumes_all_of_it() {
    let hire = hold(1, A, monday_to_wednesday(), NOW);
    let world = given([studios(), placed(&hire)]);
    let events = [consumed(&hire, 9), booked(9, A, at_13(), NOW)];
    assert_eq!(events[0].len(), 3);
    world.when(NOW, book(A, at_13())).then(events);
}

#[test]
fn an_own_hold_elsewhere_is_left_alone() {
    for elsewhere in ["2026-11-24T12:00", "2026-11-24T14:00", "2026-11-26T13:00"] {
        let world = given([studios(), held(1, A, span(elsewhere, 60), NOW)]);
        world
            .when(NOW, book(A, at_13()))
            .then([booked(9, A, at_13(), NOW)]);
    }
}

#[test]
fn an_own_hold_of_another_resource_is_left_alone() {
    let world = given([studios(), held(1, A, at_13(), NOW)]);
    let book = BookSlots {
        resource: studio_b(),
        ..book(A, at_13())
    };
    let events = world.when(NOW, book).events();
    let names: Vec<_> = events.iter().map(|(_, event)| event.event_type()).collect();
    assert_eq!(names, ["SlotsBooked", "BookingConfirmed"]);
}

#[test]
fn the_same_request_under_its_key_is_answered_as_before() {
    let world = given([studios(), booked(9, A, at_13(), NOW)]);
    let outcome = world
        .when("2026-11-23T10:00:00Z", book(A, at_13()))
        .then_nothing();
    let Outcome::Booked { booking, replayed } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(booking.confirmed, confirmation(9, A, at_13(), NOW));
    assert!(booking.stands() && replayed);
}

#[test]
fn a_replay_is_recognised_before_any_rule_is_asked() {
    let cancelled = [
        slots_freed(9, at_13(), domain::resource_day::FreedReason::Cancelled),
        cancelled(9, at_13(), NOW),
    ]
    .concat();
    let taken = booked(1, B, at_13(), NOW);
    let world = given([
        studios(),
        booked(9, A, at_13(), NOW),
        cancelled,
        taken,
        retired(NOW),
    ]);
    let outcome = world
        .when("2026-12-24T10:00:00Z", book(A, at_13()))
        .then_nothing();
    let Outcome::Booked { booking, replayed } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(booking.confirmed, confirmation(9, A, at_13(), NOW));
    assert!(replayed && !booking.stands());
}

#[test]
fn another_request_under_a_used_key_is_refused() {
    let world = given([studios(), booked(9, A, at_13(), NOW)]);
    let another = BookSlots {
        fingerprint: Some(fingerprint("another")),
        ..book(A, at_13())
    };
    assert_eq!(world.when(NOW, another).refused(), Rejection::KeyReused);
    let without_key = BookSlots {
        fingerprint: None,
        ..book(A, at_13())
    };
    assert_eq!(world.when(NOW, without_key).refused(), Rejection::KeyReused);
}

#[test]
fn a_booking_without_a_key_is_never_answered_again() {
    let without_key = || BookSlots {
        fingerprint: None,
        ..book(A, at_13())
    };
    let made = given([studios()]).when(NOW, without_key()).events();
    let world = given([studios(), made]);
    assert_eq!(
        world.when(NOW, without_key()).refused(),
        Rejection::KeyReused
    );
}

#[test]
fn a_refusal_is_decided_afresh_when_the_request_comes_again() {
    let world = given([studios(), held(1, A, at_13(), NOW)]);
    let held = ["2026-11-24T13:00/2026-11-24T14:00"];
    world
        .when(NOW, book(B, at_13()))
        .refused_for("held_by_other", &held);
    let later = "2026-11-23T09:01:00Z";
    let events = world.when(later, book(B, at_13())).events();
    assert_eq!(events.len(), 3, "{events:?}");
}
