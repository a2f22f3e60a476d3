//! How holds end: their session leaves, or their lease runs out.

use domain::{
    calendar::Span,
    decide::{Outcome, expire_due},
    facts::Facts,
    hold::Lease,
    resource_day::ReleaseReason,
    stream::StreamId,
};

use crate::harness::*;

fn at_13() -> Span {
    span("2026-11-24T13:00", 60)
}

#[test]
fn leaving_releases_the_hold_on_all_its_days() {
    let hire = hold(1, A, span("2026-11-23T14:00", 2640), NOW);
    let world = given([studios(), placed(&hire)]);
    let released = released(&hire, ReleaseReason::Left);
    assert_eq!(released.len(), 3);
    let outcome = world.when(NOW, leave(A, None)).then([released.clone()]);
    assert_eq!(outcome, Outcome::Left);
    world.when(NOW, leave(A, Some(1))).then([released]);
}

#[test]
fn leaving_twice_is_leaving_once() {
    let hold = hold(1, A, at_13(), NOW);
    let left = released(&hold, ReleaseReason::Left);
    let world = given([studios(), placed(&hold), left]);
    assert_eq!(
        world.when(NOW, leave(A, None)).then_nothing(),
        Outcome::Left
    );
    assert_eq!(
        world.when(NOW, leave(A, Some(1))).then_nothing(),
        Outcome::Left
    );
}

#[test]
fn nobody_leaves_for_another() {
    let world = given([studios(), held(1, A, at_13(), NOW)]);
    assert_eq!(
        world.when(NOW, leave(B, None)).then_nothing(),
        Outcome::Left
    );
    assert_eq!(
        world.when(NOW, leave(B, Some(1))).then_nothing(),
        Outcome::Left
    );
}

#[test]
fn leaving_a_hold_that_moved_leaves_the_new_one_alone() {
    let world = given([studios(), held(2, A, at_13(), NOW)]);
    assert_eq!(
        world.when(NOW, leave(A, Some(1))).then_nothing(),
        Outcome::Left
    );
}

#[test]
fn a_hold_can_be_left_after_its_resource_was_retired() {
    let hold = hold(1, A, at_13(), NOW);
    let world = given([studios(), placed(&hold), retired(NOW)]);
    world
        .when(NOW, leave(A, None))
        .then([released(&hold, ReleaseReason::Left)]);
}

#[test]
fn a_released_span_can_be_held_by_another() {
    let hold = hold(1, A, at_13(), NOW);
    let left = released(&hold, ReleaseReason::Left);
    let world = given([studios(), placed(&hold), left]);
    world
        .when(NOW, beat(B, at_13()))
        .then([held(9, B, at_13(), NOW)]);
}

#[test]
fn a_hold_blocks_until_the_last_instant_of_its_lease() {
    let world = given([studios(), held(1, A, at_13(), NOW)]);
    let held = ["2026-11-24T13:00/2026-11-24T14:00"];
    let late = world.when("2026-11-23T09:00:09.999Z", beat(B, at_13()));
    late.refused_for("held_by_other", &held);
}

#[test]
fn an_expired_hold_is_ended_by_an_event_and_does_not_block() {
    let lapsed = hold(1, A, at_13(), NOW);
    let world = given([studios(), placed(&lapsed)]);
    let now = "2026-11-23T09:00:10Z";
    world
        .when(now, beat(B, at_13()))
        .then([expired(&lapsed), held(9, B, at_13(), now)]);
    world
        .when(now, book(B, at_13()))
        .then([expired(&lapsed), booked(9, B, at_13(), now)]);
}

#[test]
fn an_expired_hold_does_not_consume_or_move() {
    let lapsed = hold(1, A, at_13(), NOW);
    let world = given([studios(), placed(&lapsed)]);
    let now = "2026-11-23T09:00:10Z";
    world
        .when(now, book(A, at_13()))
        .then([expired(&lapsed), booked(9, A, at_13(), now)]);
    world
        .when(now, beat(A, at_13()))
        .then([expired(&lapsed), held(9, A, at_13(), now)]);
}

#[test]
fn expiry_ends_a_hold_on_all_its_days_as_its_last_renewal_left_it() {
    let hire = hold(1, A, span("2026-11-23T14:00", 2640), NOW);
    let renewal = renewed_hold(
        &hire,
        Lease::Presence,
        "2026-11-23T09:00:05Z",
        at("2026-11-23T09:00:15Z"),
    );
    let world = given([studios(), placed(&hire), renewed(&renewal)]);
    let (events, missing) = expire_due(&world, at("2026-11-23T09:00:14.999Z"), 10);
    assert!(events.is_empty() && missing.is_empty());
    let (events, missing) = expire_due(&world, at("2026-11-23T09:00:15Z"), 10);
    assert_eq!(events, expired(&renewal));
    assert_eq!(events.len(), 3);
    assert!(missing.is_empty());
}

#[test]
fn an_expired_hold_of_several_days_ends_for_a_command_about_one_of_them() {
    let hire = hold(1, A, span("2026-11-23T14:00", 2640), NOW);
    let world = given([studios(), placed(&hire)]);
    let now = "2026-11-23T09:00:10Z";
    world
        .when(now, book(B, at_13()))
        .then([expired(&hire), booked(9, B, at_13(), now)]);
}

#[test]
fn a_renewal_changes_nothing_of_a_day() {
    let hire = hold(1, A, span("2026-11-23T14:00", 2640), NOW);
    let until = at("2026-11-23T09:00:15Z");
    let renewal = renewed_hold(&hire, Lease::Presence, "2026-11-23T09:00:05Z", until);
    let before = given([studios(), placed(&hire)]);
    let after = given([studios(), placed(&hire), renewed(&renewal)]);
    for date in ["2026-11-23", "2026-11-24", "2026-11-25"].map(day) {
        let (before, after) = (before.day(&studio_a(), date), after.day(&studio_a(), date));
        assert_eq!(before.unwrap(), after.unwrap());
    }
}

#[test]
fn expiry_takes_the_longest_overdue_first_up_to_its_limit() {
    let first = hold(1, A, at_13(), "2026-11-23T09:00:00Z");
    let second = hold(2, B, span("2026-11-24T15:00", 60), "2026-11-23T09:00:01Z");
    let world = given([studios(), placed(&second), placed(&first)]);
    let now = at("2026-11-23T10:00:00Z");
    assert_eq!(expire_due(&world, now, 1).0, expired(&first));
    assert_eq!(
        expire_due(&world, now, 2).0,
        [expired(&first), expired(&second)].concat()
    );
    assert_eq!(world.holds().next_lease(), Some(first.lease_expires_at));
}

#[test]
fn expiry_names_the_days_that_it_needs_and_ends_no_hold_by_halves() {
    let hire = hold(1, A, span("2026-11-23T14:00", 2640), NOW);
    let other = hold(2, B, at_13(), NOW);
    let world = given([studios(), placed(&hire), placed(&other)]);
    let stream = |date| StreamId::ResourceDay(studio_a(), day(date));
    let loaded = [stream("2026-11-24")].into();
    let (events, missing) = expire_due(&world.with(&loaded), at("2026-11-23T10:00:00Z"), 10);
    assert_eq!(events, expired(&other));
    assert_eq!(missing, [stream("2026-11-23"), stream("2026-11-25")]);
}
