//! What a resource offers: when, for how long, and whether at all.

use domain::{
    command::Command,
    decide::Outcome,
    rejection::Rejection,
    resource::{ResourceChanged, ResourceEvent, ResourceRegistered},
    stream::StreamId,
};
use serde_json::json;

use crate::harness::*;

/// Berlin, Monday to Friday 09:00 to 17:00 and Friday nights.
fn office() -> serde_json::Value {
    let day = json!([{ "from": "09:00", "to": "17:00" }]);
    let friday = json!([{ "from": "09:00", "to": "17:00" }, { "from": "22:00", "to": "02:00" }]);
    json!({
        "timezone": "Europe/Berlin",
        "hours": { "mon": day, "tue": day, "wed": day, "thu": day, "fri": friday },
    })
}

#[test]
fn a_start_that_has_passed_is_refused_and_one_that_is_now_is_not() {
    let world = given([studios()]);
    let nine = span("2026-11-23T09:00", 60);
    assert_eq!(world.when(NOW, book(A, nine)).events().len(), 2);
    let late = "2026-11-23T09:00:00.001Z";
    let past = Rejection::Past { start: at(NOW) };
    assert_eq!(world.when(late, book(A, nine)).refused(), past);
    assert_eq!(world.when(late, beat(A, nine)).refused(), past);
}

#[test]
fn only_durations_on_offer_are_held_and_booked() {
    let world = given([studios()]);
    let ninety = span("2026-11-24T13:00", 90);
    let refused = Rejection::DurationNotOffered {
        duration: minutes(90),
        offered: [60, 120, 300, 2640].map(minutes).into(),
    };
    assert_eq!(world.when(NOW, book(A, ninety)).refused(), refused);
    assert_eq!(world.when(NOW, beat(A, ninety)).refused(), refused);
}

#[test]
fn closed_hours_are_refused_by_name() {
    let world = given([studio(settings_with(&office()))]);
    // 16:00 to 18:00 in Berlin, which closes at 17:00.
    let evening = span("2026-11-24T15:00", 120);
    let closed = ["2026-11-24T16:00/2026-11-24T17:00"];
    world
        .when(NOW, book(A, evening))
        .refused_for("closed", &closed);
    world
        .when(NOW, beat(A, evening))
        .refused_for("closed", &closed);
}

#[test]
fn closed_days_are_refused() {
    let world = given([studio(settings_with(&office()))]);
    let sunday = span("2026-11-29T10:00", 60);
    let closed = ["2026-11-29T10:00/2026-11-29T11:00"];
    world
        .when(NOW, book(A, sunday))
        .refused_for("closed", &closed);
}

#[test]
fn any_quarter_hour_in_open_hours_can_be_booked() {
    let world = given([studio(settings_with(&office()))]);
    for start in ["2026-11-24T08:00", "2026-11-24T08:15", "2026-11-24T15:00"] {
        let open = span(start, 60);
        world
            .when(NOW, book(A, open))
            .then([booked(9, A, open, NOW)]);
    }
}

#[test]
fn a_night_that_runs_past_midnight_is_open_throughout() {
    let world = given([studio(settings_with(&office()))]);
    // Friday 23:00 to Saturday 01:00 in Berlin.
    let night = span("2026-11-27T22:00", 120);
    world
        .when(NOW, book(A, night))
        .then([booked(9, A, night, NOW)]);
    let too_long = span("2026-11-28T00:00", 120);
    let closed = ["2026-11-28T01:00/2026-11-28T02:00"];
    world
        .when(NOW, book(A, too_long))
        .refused_for("closed", &closed);
}

#[test]
fn no_hour_is_offered_through_what_the_clock_says_is_closed() {
    let hours = json!({ "sun": [{ "from": "01:15", "to": "01:30" }] });
    let settings = json!({ "timezone": "Europe/London", "hours": hours, "durations": [15, 60] });
    let world = given([studio(settings_with(&settings))]);
    // 01:15 of summer time to 01:15 of winter time.
    let hour = span("2027-10-31T00:15", 60);
    let closed = ["2027-10-31T00:30/2027-10-31T01:15"];
    world
        .when(NOW, book(A, hour))
        .refused_for("closed", &closed);
    // The clock shows 01:30.
    let quarter = span("2027-10-31T00:30", 15);
    let closed = ["2027-10-31T00:30/2027-10-31T00:45"];
    world
        .when(NOW, book(A, quarter))
        .refused_for("closed", &closed);
    for open in ["2027-10-31T00:15", "2027-10-31T01:15"] {
        let quarter = span(open, 15);
        assert_eq!(world.when(NOW, book(A, quarter)).events().len(), 2);
    }
}

#[test]
fn a_hire_may_run_through_closed_hours_when_the_resource_says_so() {
    let mut settings = office();
    settings["spansClosedHours"] = true.into();
    let world = given([studio(settings_with(&settings))]);
    // Monday 15:00 to Wednesday 11:00 in Berlin.
    let hire = span("2026-11-30T14:00", 2640);
    world
        .when(NOW, book(A, hire))
        .then([booked(9, A, hire, NOW)]);
}

#[test]
fn a_hire_begins_in_open_hours_and_ends_from_opening_to_closing() {
    let mut settings = office();
    settings["spansClosedHours"] = true.into();
    settings["durations"] = json!([45, 480, 960, 1440, 2640]);
    let world = given([studio(settings_with(&settings))]);
    // Monday 12:45 to Wednesday 08:45: the last quarter hour is closed.
    let early_return = span("2026-11-30T11:45", 2640);
    let closed = ["2026-12-02T07:30/2026-12-02T07:45"];
    world
        .when(NOW, book(A, early_return))
        .refused_for("closed", &closed);
    // Sunday 13:00 to Tuesday 09:00: the first.
    let sunday = span("2026-11-29T12:00", 2640);
    let closed = ["2026-11-29T12:00/2026-11-29T12:15"];
    world
        .when(NOW, book(A, sunday))
        .refused_for("closed", &closed);
    // Monday 09:00 to Tuesday 09:00, to the moment of opening; and to that of closing.
    for (start, length) in [
        ("2026-11-30T08:00", 1440),
        ("2026-11-30T12:00", 2640),
        ("2026-11-30T08:00", 480),
    ] {
        let hire = span(start, length);
        assert_eq!(
            hire.days().count() + 1,
            world.when(NOW, book(A, hire)).events().len()
        );
    }
    // Monday 16:45 to 17:30: over the closing.
    let late = span("2026-11-30T15:45", 45);
    let closed = ["2026-11-30T16:15/2026-11-30T16:30"];
    world
        .when(NOW, book(A, late))
        .refused_for("closed", &closed);
}

#[test]
fn a_hire_may_end_when_the_next_utc_day_opens() {
    let settings = json!({
        "hours": { "mon": [{ "from": "00:00", "to": "09:00" }], "tue": [{ "from": "00:00", "to": "09:00" }] },
        "spansClosedHours": true,
        "durations": [960, 1440],
    });
    let world = given([studio(settings_with(&settings))]);
    let to_tuesday = span("2026-11-30T08:00", 960);
    assert_eq!(world.when(NOW, book(A, to_tuesday)).events().len(), 2);
    // Tuesday 08:00 to Wednesday 08:00, which is closed.
    let to_wednesday = span("2026-12-01T08:00", 1440);
    let closed = ["2026-12-02T07:45/2026-12-02T08:00"];
    world
        .when(NOW, book(A, to_wednesday))
        .refused_for("closed", &closed);
}

#[test]
fn a_hire_through_closed_hours_is_refused_unless_the_resource_says_so() {
    let world = given([studio(settings_with(&office()))]);
    let hire = span("2026-11-30T14:00", 2640);
    let closed = [
        "2026-11-30T16:00/2026-12-01T08:00",
        "2026-12-01T16:00/2026-12-02T08:00",
    ];
    world
        .when(NOW, book(A, hire))
        .refused_for("closed", &closed);
}

#[test]
fn a_hire_through_closed_hours_still_meets_what_is_booked_in_them() {
    let mut settings = office();
    settings["spansClosedHours"] = true.into();
    let at_night = booked(1, B, span("2026-11-30T23:00", 60), NOW);
    let world = given([studio(settings_with(&settings)), at_night]);
    let booked = ["2026-11-30T23:00/2026-12-01T00:00"];
    let hire = span("2026-11-30T14:00", 2640);
    world
        .when(NOW, book(A, hire))
        .refused_for("booked", &booked);
}

#[test]
fn a_resource_that_nobody_registered_takes_nothing() {
    let world = given([]);
    let unknown = Rejection::ResourceUnknown(studio_a());
    let at_13 = span("2026-11-24T13:00", 60);
    assert_eq!(world.when(NOW, book(A, at_13)).refused(), unknown);
    assert_eq!(world.when(NOW, beat(A, at_13)).refused(), unknown);
    assert_eq!(
        world
            .when(NOW, Command::RetireResource(studio_a()))
            .refused(),
        unknown
    );
}

#[test]
fn a_retired_resource_takes_no_holds_bookings_or_renewals() {
    let at_13 = span("2026-11-24T13:00", 60);
    let world = given([studios(), held(1, A, at_13, NOW), retired(NOW)]);
    let refused = Rejection::ResourceRetired(studio_a());
    assert_eq!(world.when(NOW, book(A, at_13)).refused(), refused);
    assert_eq!(world.when(NOW, beat(B, at_13)).refused(), refused);
    assert_eq!(world.when(NOW, renewal(A, at_13, 1)).refused(), refused);
}

#[test]
fn a_resource_is_registered_changed_and_retired_by_events() {
    let outcome =
        given([])
            .when(NOW, put(settings()))
            .then([on_studio(ResourceEvent::ResourceRegistered(
                ResourceRegistered {
                    settings: settings(),
                    registered_at: at(NOW),
                },
            ))]);
    let registered = |registered| Outcome::ResourcePut {
        settings: Box::new(settings()),
        registered,
    };
    assert_eq!(outcome, registered(true));

    let other = settings_with(&json!({ "name": "Studio B" }));
    given([studios()])
        .when(NOW, put(other.clone()))
        .then([on_studio(ResourceEvent::ResourceChanged(ResourceChanged {
            settings: other,
            changed_at: at(NOW),
        }))]);
    let outcome = given([studios()])
        .when(NOW, Command::RetireResource(studio_a()))
        .then([retired(NOW)]);
    assert_eq!(outcome, Outcome::ResourceRetired);
}

#[test]
fn asking_a_resource_for_what_it_is_changes_nothing() {
    let outcome = given([studios()]).when(NOW, put(settings())).then_nothing();
    assert!(matches!(
        outcome,
        Outcome::ResourcePut {
            registered: false,
            ..
        }
    ));
    let world = given([studios(), retired(NOW)]);
    let outcome = world
        .when(NOW, Command::RetireResource(studio_a()))
        .then_nothing();
    assert_eq!(outcome, Outcome::ResourceRetired);
}

#[test]
fn a_retired_resource_comes_back_when_it_is_registered_again() {
    let world = given([studios(), retired(NOW)]);
    let outcome = world.when(NOW, put(settings())).outcome();
    assert!(matches!(
        outcome,
        Outcome::ResourcePut {
            registered: true,
            ..
        }
    ));
}

#[test]
fn new_settings_leave_bookings_alone() {
    let at_13 = span("2026-11-24T13:00", 60);
    let world = given([studios(), booked(1, A, at_13, NOW)]);
    let closed = settings_with(&json!({ "hours": {} }));
    let events = world.when(NOW, put(closed)).events();
    assert_eq!(events.len(), 1);
}

fn on_studio(event: ResourceEvent) -> Vec<domain::event::StreamEvent> {
    vec![(StreamId::Resource(studio_a()), event.into())]
}
