//! A beat renews its session's hold, for as long as it may.

use domain::{
    calendar::Span,
    command::Heartbeat,
    decide::Outcome,
    hold::{Hold, Lease},
    rejection::Rejection,
    resource_day::ReleaseReason,
};

use crate::harness::*;

fn at_13() -> Span {
    span("2026-11-24T13:00", 60)
}

fn first_hold() -> Hold {
    hold(1, A, at_13(), "2026-11-23T09:00:00Z")
}

/// `beat` at `now` renews `hold` until `until`, by one event.
#[track_caller]
fn renews(hold: &Hold, now: &str, beat: Heartbeat, until: &str) -> Hold {
    let lease = beat.lease;
    let after = renewed_hold(hold, lease, now, at(until));
    let history = if hold.renewals == 0 {
        vec![]
    } else {
        renewed(hold)
    };
    let world = given([studios(), placed(&first_hold()), history]);
    let outcome = world.when(now, beat).then([renewed(&after)]);
    assert_eq!(outcome, Outcome::Held(after.clone()));
    after
}

/// `beat` at `now` is answered with `hold` as it is, and no event.
#[track_caller]
fn changes_nothing(history: &[Hold], now: &str, beat: Heartbeat) {
    let (first, renewals) = history.split_first().unwrap();
    let renewals = renewals.iter().map(renewed);
    let world = given([studios(), placed(first)].into_iter().chain(renewals));
    let outcome = world.when(now, beat).then_nothing();
    assert_eq!(outcome, Outcome::Held(history.last().unwrap().clone()));
}

#[test]
fn a_beat_renews_for_one_lease_from_now() {
    let hold = renews(
        &first_hold(),
        "2026-11-23T09:00:05Z",
        beat(A, at_13()),
        "2026-11-23T09:00:15Z",
    );
    renews(
        &hold,
        "2026-11-23T09:00:10Z",
        beat(A, at_13()),
        "2026-11-23T09:00:20Z",
    );
}

#[test]
fn a_beat_that_names_its_hold_renews_it() {
    renews(
        &first_hold(),
        "2026-11-23T09:00:05Z",
        renewal(A, at_13(), 1),
        "2026-11-23T09:00:15Z",
    );
}

#[test]
fn a_hold_of_several_days_is_renewed_on_its_first_day_alone() {
    let hire = span("2026-11-23T14:00", 2640);
    let world = given([studios(), held(1, A, hire, NOW)]);
    let events = world.when("2026-11-23T09:00:05Z", beat(A, hire)).events();
    let streams: Vec<_> = events
        .iter()
        .map(|(stream, _)| stream.aggregate_id())
        .collect();
    assert_eq!(streams, ["studio-a/2026-11-23"]);
}

#[test]
fn a_beat_within_a_third_of_the_lease_writes_nothing() {
    changes_nothing(
        &[first_hold()],
        "2026-11-23T09:00:03.332Z",
        beat(A, at_13()),
    );
    renews(
        &first_hold(),
        "2026-11-23T09:00:03.333Z",
        beat(A, at_13()),
        "2026-11-23T09:00:13.333Z",
    );
}

#[test]
fn the_third_counts_from_the_last_renewal() {
    let renewed = renewed_hold(
        &first_hold(),
        Lease::Presence,
        "2026-11-23T09:00:05Z",
        at("2026-11-23T09:00:15Z"),
    );
    changes_nothing(
        &[first_hold(), renewed],
        "2026-11-23T09:00:08.332Z",
        beat(A, at_13()),
    );
}

#[test]
fn the_booking_form_has_a_longer_lease_at_once() {
    let now = "2026-11-23T09:00:00.001Z";
    let hold = renews(
        &first_hold(),
        now,
        checkout(beat(A, at_13())),
        "2026-11-23T09:05:00.001Z",
    );
    // Going back to the calendar shortens it again.
    renews(
        &hold,
        "2026-11-23T09:00:02Z",
        beat(A, at_13()),
        "2026-11-23T09:00:12Z",
    );
}

#[test]
fn a_checkout_lease_is_throttled_by_its_own_third() {
    let now = "2026-11-23T09:00:00.001Z";
    let hold = renews(
        &first_hold(),
        now,
        checkout(beat(A, at_13())),
        "2026-11-23T09:05:00.001Z",
    );
    let history = [first_hold(), hold.clone()];
    changes_nothing(&history, "2026-11-23T09:01:40Z", checkout(beat(A, at_13())));
    renews(
        &hold,
        "2026-11-23T09:01:40.001Z",
        checkout(beat(A, at_13())),
        "2026-11-23T09:06:40.001Z",
    );
}

#[test]
fn no_renewal_lasts_past_the_cap() {
    let until = at("2026-11-23T09:14:55Z");
    let hold = renewed_hold(
        &first_hold(),
        Lease::Presence,
        "2026-11-23T09:14:45Z",
        until,
    );
    let now = "2026-11-23T09:14:54Z";
    let capped = renews(&hold, now, beat(A, at_13()), "2026-11-23T09:15:00Z");
    // From there on a beat has nothing to add.
    let history = [first_hold(), hold, capped];
    changes_nothing(&history, "2026-11-23T09:14:59Z", beat(A, at_13()));
}

#[test]
fn a_hold_is_capped_from_the_start_by_a_cap_below_its_lease() {
    let settings = settings_with(&serde_json::json!({ "holdMaxMs": 20_000 }));
    let world = given([studio(settings)]);
    let Outcome::Held(hold) = world.when(NOW, checkout(beat(A, at_13()))).outcome() else {
        panic!("not held");
    };
    assert_eq!(hold.lease_expires_at, at("2026-11-23T09:00:20Z"));
    assert_eq!(hold.renewable_until, hold.lease_expires_at);
}

#[test]
fn leases_are_the_resource_s() {
    let settings = settings_with(&serde_json::json!({
        "leaseMs": 5_000, "checkoutLeaseMs": 600_000, "holdMaxMs": 86_400_000,
    }));
    let world = given([studio(settings)]);
    let expires = |beat| match world.when(NOW, beat).outcome() {
        Outcome::Held(hold) => hold.lease_expires_at,
        other => panic!("{other:?}"),
    };
    assert_eq!(expires(beat(A, at_13())), at("2026-11-23T09:00:05Z"));
    assert_eq!(
        expires(checkout(beat(A, at_13()))),
        at("2026-11-23T09:10:00Z")
    );
}

#[test]
fn a_beat_after_leave_does_not_bring_the_hold_back() {
    let hold = first_hold();
    let left = released(&hold, ReleaseReason::Left);
    let world = given([studios(), placed(&hold), left]);
    let lost = Rejection::HoldLost {
        hold_id: hold_id(1),
    };
    assert_eq!(world.when(NOW, renewal(A, at_13(), 1)).refused(), lost);
}

#[test]
fn a_beat_after_its_hold_expired_does_not_bring_it_back() {
    let world = given([studios(), placed(&first_hold())]);
    let late = world.when("2026-11-23T09:00:10Z", renewal(A, at_13(), 1));
    assert_eq!(
        late.refused(),
        Rejection::HoldLost {
            hold_id: hold_id(1)
        }
    );
}

#[test]
fn nobody_renews_another_session_s_hold() {
    let world = given([studios(), placed(&first_hold())]);
    let lost = Rejection::HoldLost {
        hold_id: hold_id(1),
    };
    assert_eq!(world.when(NOW, renewal(B, at_13(), 1)).refused(), lost);
    let with_own = given([
        studios(),
        placed(&first_hold()),
        held(2, B, span("2026-11-24T15:00", 60), NOW),
    ]);
    assert_eq!(with_own.when(NOW, renewal(B, at_13(), 1)).refused(), lost);
}

#[test]
fn a_beat_that_names_a_hold_that_moved_is_lost() {
    let hold = first_hold();
    let moved = released(&hold, ReleaseReason::Moved);
    let world = given([
        studios(),
        placed(&hold),
        moved,
        held(2, A, span("2026-11-24T15:00", 60), NOW),
    ]);
    let lost = Rejection::HoldLost {
        hold_id: hold_id(1),
    };
    assert_eq!(world.when(NOW, renewal(A, at_13(), 1)).refused(), lost);
}

#[test]
fn a_beat_that_names_an_ended_hold_does_not_renew_the_one_after_it() {
    let hold = first_hold();
    let left = released(&hold, ReleaseReason::Left);
    let world = given([studios(), placed(&hold), left, held(2, A, at_13(), NOW)]);
    let lost = Rejection::HoldLost {
        hold_id: hold_id(1),
    };
    let in_flight = renewal(A, at_13(), 1);
    assert_eq!(
        world.when("2026-11-23T09:00:05Z", in_flight).refused(),
        lost
    );
}

#[test]
fn a_beat_that_names_its_hold_does_not_move_it() {
    let world = given([studios(), placed(&first_hold())]);
    let elsewhere = renewal(A, span("2026-11-24T15:00", 60), 1);
    let mismatch = Rejection::HoldMismatch {
        held: at_13(),
        quantity: domain::calendar::SeatCount::ONE,
    };
    assert_eq!(world.when(NOW, elsewhere).refused(), mismatch);
}

#[test]
fn a_renewal_does_not_ask_the_rules_again() {
    // Fewer durations and other hours concern those who come after.
    let hold = first_hold();
    let closed = serde_json::json!({ "durations": [120], "hours": {} });
    let changed =
        domain::resource::ResourceEvent::ResourceChanged(domain::resource::ResourceChanged {
            settings: settings_with(&closed),
            changed_at: at(NOW),
        });
    let changed = vec![(
        domain::stream::StreamId::Resource(studio_a()),
        changed.into(),
    )];
    let world = given([studios(), placed(&hold), changed]);
    let now = "2026-11-23T09:00:05Z";
    let after = renewed_hold(&hold, Lease::Presence, now, at("2026-11-23T09:00:15Z"));
    world.when(now, beat(A, at_13())).then([renewed(&after)]);
}
