//! Holds are exclusive by span.

use domain::{decide::Outcome, resource_day::ReleaseReason, stream::StreamId};

use crate::harness::*;

const AN_HOUR_AT_13: (&str, u32) = ("2026-11-24T13:00", 60);

fn at_13() -> domain::calendar::Span {
    span(AN_HOUR_AT_13.0, AN_HOUR_AT_13.1)
}

#[test]
fn a_beat_holds_a_free_span_for_one_lease() {
    let hold = hold(9, A, at_13(), NOW);
    let outcome = given([studios()])
        .when(NOW, beat(A, at_13()))
        .then([placed(&hold)]);
    assert_eq!(outcome, Outcome::Held(hold.clone()));
    assert_eq!(hold.lease_expires_at, at("2026-11-23T09:00:10Z"));
    assert_eq!(hold.renewable_until, at("2026-11-23T09:15:00Z"));
}

#[test]
fn an_hour_held_at_13_blocks_five_hours_at_10_for_others() {
    let world = given([studios(), held(1, A, at_13(), NOW)]);
    let beat = beat(B, span("2026-11-24T10:00", 300));
    let held = ["2026-11-24T13:00/2026-11-24T14:00"];
    world.when(NOW, beat).refused_for("held_by_other", &held);
}

#[test]
fn an_hour_held_at_13_leaves_five_hours_at_14_to_others() {
    let world = given([studios(), held(1, A, at_13(), NOW)]);
    let from_14 = span("2026-11-24T14:00", 300);
    world
        .when(NOW, beat(B, from_14))
        .then([held(9, B, from_14, NOW)]);
    let until_13 = span("2026-11-24T08:00", 300);
    world
        .when(NOW, beat(B, until_13))
        .then([held(9, B, until_13, NOW)]);
}

#[test]
fn the_first_to_hold_wins() {
    let world = given([studios(), held(1, A, at_13(), NOW)]);
    let held = ["2026-11-24T13:00/2026-11-24T14:00"];
    world
        .when(NOW, beat(B, at_13()))
        .refused_for("held_by_other", &held);
}

#[test]
fn all_that_is_in_the_way_is_named() {
    let world = given([
        studios(),
        held(1, A, span("2026-11-24T23:00", 120), NOW),
        booked(1, A, span("2026-11-25T08:00", 60), NOW),
        booked(2, A, span("2026-11-25T10:00", 60), NOW),
    ]);
    let hire = span("2026-11-24T14:00", 2640);
    let booked = [
        "2026-11-25T08:00/2026-11-25T09:00",
        "2026-11-25T10:00/2026-11-25T11:00",
    ];
    world
        .when(NOW, beat(B, hire))
        .refused_for("booked", &booked);
    let evening = span("2026-11-24T20:00", 300);
    let held = ["2026-11-24T23:00/2026-11-25T01:00"];
    world
        .when(NOW, beat(B, evening))
        .refused_for("held_by_other", &held);
}

#[test]
fn holds_and_bookings_of_one_resource_leave_others_alone() {
    let world = given([
        studios(),
        held(1, A, at_13(), NOW),
        booked(1, A, span("2026-11-24T15:00", 60), NOW),
    ]);
    for at in ["2026-11-24T13:00", "2026-11-24T15:00"] {
        let mut beat = beat(B, span(at, 60));
        beat.resource = studio_b();
        let events = world.when(NOW, beat).events();
        let expected = StreamId::ResourceDay(studio_b(), day("2026-11-24"));
        assert_eq!(
            events.iter().map(|(stream, _)| stream).collect::<Vec<_>>(),
            [&expected]
        );
    }
}

#[test]
fn a_session_may_hold_one_span_of_each_resource() {
    let world = given([studios(), held(1, A, at_13(), NOW)]);
    let mut beat = beat(A, at_13());
    beat.resource = studio_b();
    let events = world.when(NOW, beat).events();
    assert_eq!(events.len(), 1, "{events:?}");
}

#[test]
fn a_hold_of_several_days_is_placed_on_each() {
    let hire = span("2026-11-23T14:00", 2640);
    let events = given([studios()]).when(NOW, beat(A, hire)).then_slots();
    let expected = [
        ("HoldPlaced", "2026-11-23", "56-95"),
        ("HoldPlaced", "2026-11-24", "0-95"),
        ("HoldPlaced", "2026-11-25", "0-39"),
    ];
    assert_eq!(
        events,
        expected.map(|(event, day, slots)| (event, day.into(), slots.into()))
    );
}

#[test]
fn a_hold_of_several_days_is_refused_whole_when_its_last_day_is_taken() {
    let world = given([studios(), held(1, A, span("2026-11-25T09:00", 60), NOW)]);
    let hire = span("2026-11-23T14:00", 2640);
    let held = ["2026-11-25T09:00/2026-11-25T10:00"];
    world
        .when(NOW, beat(B, hire))
        .refused_for("held_by_other", &held);
}

#[test]
fn a_beat_for_another_span_moves_the_hold() {
    let hold = hold(1, A, at_13(), NOW);
    let world = given([studios(), placed(&hold)]);
    // The new span may overlap the old one.
    let moved = span("2026-11-24T12:00", 120);
    let expected = [
        released(&hold, ReleaseReason::Moved),
        held(9, A, moved, NOW),
    ];
    world.when(NOW, beat(A, moved)).then(expected);
}

#[test]
fn a_hold_that_can_not_move_stays_where_it_is() {
    let world = given([
        studios(),
        held(1, A, at_13(), NOW),
        held(2, B, span("2026-11-24T15:00", 60), NOW),
    ]);
    let held = ["2026-11-24T15:00/2026-11-24T16:00"];
    let beat = beat(A, span("2026-11-24T14:00", 120));
    world.when(NOW, beat).refused_for("held_by_other", &held);
}

#[test]
fn nobody_holds_what_is_booked() {
    let world = given([studios(), booked(1, A, at_13(), NOW)]);
    let booked = ["2026-11-24T13:00/2026-11-24T14:00"];
    for session in [A, B] {
        let beat = beat(session, span("2026-11-24T10:00", 300));
        world.when(NOW, beat).refused_for("booked", &booked);
    }
}
