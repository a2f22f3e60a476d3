//! Holds and bookings whose start has come.

use domain::{decide::Outcome, rejection::Rejection};
use serde_json::json;

use crate::harness::*;

const HELD_AT: &str = "2026-11-24T12:59:00Z";

fn at_13() -> domain::calendar::Span {
    span("2026-11-24T13:00", 60)
}

/// Session A has held 13:00 to 14:00 since a minute before.
fn held_in_time() -> World {
    let mut world = given([studios()]);
    let beat = checkout(beat(A, at_13()));
    world.execute(&beat.into(), at(HELD_AT)).unwrap();
    world
}

#[test]
fn who_held_in_time_can_book_after_the_start_and_nobody_else() {
    let world = held_in_time();
    let late = "2026-11-24T13:00:02Z";
    world.when(late, book(A, at_13())).events();
    let past = Rejection::Past {
        start: at_13().start(),
    };
    assert_eq!(world.when(late, book(B, at_13())).refused(), past);
    // Another span that has begun is none that was held in time.
    let longer = span("2026-11-24T13:00", 120);
    let refused = world.when(late, book(A, longer)).refused();
    assert_eq!(refused.code(), "past");
    let moved = world.when(late, beat(A, longer)).refused();
    assert_eq!(moved.code(), "past");
}

#[test]
fn a_hold_lives_five_minutes_past_its_start_at_most() {
    let world = held_in_time();
    let until = at("2026-11-24T13:05:00Z");
    let Outcome::Held(hold) = world
        .when("2026-11-24T13:00:40Z", checkout(beat(A, at_13())))
        .outcome()
    else {
        panic!("not held");
    };
    assert_eq!(
        (hold.lease_expires_at, hold.renewable_until),
        (until, until)
    );

    let mut world = held_in_time();
    let beat = checkout(renewal(A, at_13(), 9));
    world
        .execute(&beat.clone().into(), at("2026-11-24T13:03:00Z"))
        .unwrap();
    // At its end it is gone, and a beat brings nothing back.
    let ended = world.when("2026-11-24T13:05:00Z", beat).refused();
    assert_eq!(ended.code(), "hold_lost");
    let ended = world
        .when("2026-11-24T13:05:00Z", book(A, at_13()))
        .refused();
    assert_eq!(ended.code(), "past");
}

#[test]
fn a_hold_of_an_earlier_release_is_renewed_to_the_same_end() {
    // It says that it is renewable for a quarter of an hour.
    let old = hold(9, A, at_13(), "2026-11-24T12:59:00Z");
    let mut old = renewed_hold(
        &old,
        domain::hold::Lease::Checkout,
        "2026-11-24T13:04:00Z",
        at("2026-11-24T13:09:00Z"),
    );
    old.renewals = 0;
    let world = given([studios(), placed(&old)]);
    let refused = world
        .when("2026-11-24T13:05:00Z", checkout(renewal(A, at_13(), 9)))
        .refused();
    assert_eq!(refused.code(), "past");
}

/// A booking of two hours that has begun, an hour free after it, and then another's.
fn running() -> World {
    let mut world = given([studio(settings_with(
        &json!({ "durations": [60, 120, 180, 300] }),
    ))]);
    let running = book(A, span("2026-11-24T13:00", 120));
    world.execute(&running.into(), at(NOW)).unwrap();
    let mut next = book(B, span("2026-11-24T16:00", 60));
    next.booking = booking_id(1);
    world.execute(&next.into(), at(NOW)).unwrap();
    world
}

const RUNNING: &str = "2026-11-24T13:40:00Z";

#[test]
fn a_running_booking_is_made_longer_when_that_is_free() {
    let world = running();
    let longer = span("2026-11-24T13:00", 180);
    world.when(RUNNING, reschedule(9, longer, None)).events();
    let booked = ["2026-11-24T16:00/2026-11-24T17:00"];
    let too_long = span("2026-11-24T13:00", 300);
    world
        .when(RUNNING, reschedule(9, too_long, None))
        .refused_for("booked", &booked);
    // Longer, by a length that nobody is offered.
    let odd = span("2026-11-24T13:00", 150);
    let refused = world.when(RUNNING, reschedule(9, odd, None)).refused();
    assert_eq!(refused.code(), "duration_not_offered");
}

#[test]
fn a_running_booking_is_made_shorter_to_any_quarter_hour_that_is_to_come() {
    let mut world = running();
    let shorter = span("2026-11-24T13:00", 45);
    world
        .execute(&reschedule(9, shorter, None).into(), at(RUNNING))
        .unwrap();
    // The rest is free from then on.
    let mut next = book(B, span("2026-11-24T13:45", 60));
    next.booking = booking_id(2);
    world.when(RUNNING, next).events();

    let gone = span("2026-11-24T13:00", 30);
    let refused = running().when(RUNNING, reschedule(9, gone, None)).refused();
    let past = Rejection::Past { start: gone.end() };
    assert_eq!(refused, past);
}

#[test]
fn a_running_booking_moves_elsewhere_only_to_what_is_to_come() {
    let world = running();
    let earlier = span("2026-11-24T12:00", 120);
    let refused = world.when(RUNNING, reschedule(9, earlier, None)).refused();
    assert_eq!(refused.code(), "past");
    let later = span("2026-11-24T14:00", 120);
    world.when(RUNNING, reschedule(9, later, None)).events();
}
