//! What was ever written stays readable, and is written the same today.
//!
//! The files under `fixtures/events` are payloads as the log holds them, by
//! version. They are never changed and never deleted: a new version adds a
//! folder and an upcaster.

use std::{collections::BTreeSet, fs, path::PathBuf};

use domain::{
    booking::{BookingConfirmed, BookingEvent},
    command::Command,
    event::{Event, StreamEvent},
    hold::Lease,
    resource::{ResourceChanged, ResourceEvent, ResourceRegistered, ResourceSettings},
    resource_day::{
        FreedReason, HoldsCompacted, ReleaseReason, RenewalsCompacted, ResourceDayEvent,
    },
    stream::StreamId,
};
use serde_json::json;

use crate::harness::*;

fn fixtures(version: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/fixtures/events").join(version)
}

/// The payload of a fixture, without the line's end.
fn stored(version: &str, name: &str) -> String {
    let file = fixtures(version).join(format!("{name}.json"));
    fs::read_to_string(file).unwrap().trim_end().to_owned()
}

fn all_settings() -> ResourceSettings {
    serde_json::from_value(json!({
        "name": "Studio A",
        "timezone": "Europe/Berlin",
        "durations": [60, 120, 300, 2640],
        "slotInterval": 30,
        "hours": {
            "mon": [{ "from": "09:00", "to": "12:15" }, { "from": "13:00", "to": "17:00" }],
            "fri": [{ "from": "22:00", "to": "02:00" }],
            "sun": [{ "from": "00:00", "to": "24:00" }],
        },
        "spansClosedHours": true,
        "leaseMs": 5_000,
        "checkoutLeaseMs": 600_000,
        "holdMaxMs": 86_400_000,
    }))
    .unwrap()
}

fn fewest_settings() -> ResourceSettings {
    let fields = json!({ "name": "Studio A", "timezone": "UTC", "durations": [60] });
    serde_json::from_value(fields).unwrap()
}

fn of_studio(event: ResourceEvent) -> StreamEvent {
    (StreamId::Resource(studio_a()), event.into())
}

fn of_booking(confirmed: BookingConfirmed) -> StreamEvent {
    let event = BookingEvent::BookingConfirmed(confirmed);
    (StreamId::Booking(booking_id(9)), event.into())
}

fn compacted() -> StreamEvent {
    let event = ResourceDayEvent::RenewalsCompacted(RenewalsCompacted {
        first: 2,
        last: 41,
        renewals: 38,
        recorded_before: at("2026-11-24T09:00:00Z"),
    });
    let stream = StreamId::ResourceDay(studio_a(), day("2026-11-24"));
    (stream, event.into())
}

fn holds_compacted() -> StreamEvent {
    let event = ResourceDayEvent::HoldsCompacted(HoldsCompacted {
        first: 2,
        last: 41,
        events: 12,
        recorded_before: at("2026-11-24T09:00:00Z"),
    });
    let stream = StreamId::ResourceDay(studio_a(), day("2026-11-24"));
    (stream, event.into())
}

/// What a command wrote on the day of this place among those it touched.
fn nth(events: &[StreamEvent], nth: usize) -> StreamEvent {
    events[nth].clone()
}

/// The fixtures of version 1.0 about resources and bookings, as what they say.
fn resources_and_bookings() -> Vec<(&'static str, StreamEvent)> {
    let registered = |settings| {
        of_studio(ResourceEvent::ResourceRegistered(ResourceRegistered {
            settings,
            registered_at: at(NOW),
        }))
    };
    let changed = ResourceEvent::ResourceChanged(ResourceChanged {
        settings: fewest_settings(),
        changed_at: at("2026-11-23T09:00:00.001Z"),
    });
    let at_13 = span("2026-11-24T13:00", 60);
    let at_15 = span("2026-11-24T15:00", 60);
    let confirmed = confirmation(9, A, at_13, NOW);
    let without_key = BookingConfirmed {
        fingerprint: None,
        ..confirmed.clone()
    };
    vec![
        ("ResourceRegistered", registered(all_settings())),
        (
            "ResourceRegistered-always-open",
            registered(fewest_settings()),
        ),
        ("ResourceChanged", of_studio(changed)),
        ("ResourceRetired", nth(&retired(NOW), 0)),
        (
            "ExceptionAdded",
            nth(
                &excepted(
                    1,
                    "Christmas Eve",
                    &json!({"date": "2026-12-24", "hours": [{"from": "09:00", "to": "13:00"}]}),
                ),
                0,
            ),
        ),
        (
            "ExceptionAdded-yearly",
            nth(
                &excepted(2, "Christmas", &json!({"yearly": "12-25", "hours": []})),
                0,
            ),
        ),
        (
            "ExceptionAdded-stretch",
            nth(
                &excepted(
                    3,
                    "New boiler",
                    &json!({"from": "2026-12-01T10:05:00.000Z", "to": "2026-12-02T09:00:00.000Z"}),
                ),
                0,
            ),
        ),
        ("ExceptionRemoved", nth(&no_longer_excepted(2), 0)),
        ("BookingConfirmed", of_booking(confirmed)),
        ("BookingConfirmed-without-key", of_booking(without_key)),
        (
            "BookingRescheduled",
            nth(&rescheduled(9, at_13, at_15, NOW), 0),
        ),
        ("BookingCancelled", nth(&cancelled(9, at_13, NOW), 0)),
        ("AttendeeErased", nth(&erased(9, NOW), 0)),
    ]
}

/// The fixtures of version 1.0 about days, as what they say.
fn days() -> Vec<(&'static str, StreamEvent)> {
    let at_13 = span("2026-11-24T13:00", 60);
    let short = hold(1, A, at_13, NOW);
    let hire = hold(1, A, span("2026-11-23T14:00", 2640), NOW);
    let until = at("2026-11-23T09:05:05Z");
    let beaten = renewed_hold(&hire, Lease::Checkout, "2026-11-23T09:00:05Z", until);
    vec![
        ("HoldPlaced", nth(&placed(&hire), 0)),
        ("HoldRenewed", nth(&renewed(&beaten), 0)),
        (
            "HoldReleased",
            nth(&released(&beaten, ReleaseReason::Left), 1),
        ),
        (
            "HoldReleased-moved",
            nth(&released(&beaten, ReleaseReason::Moved), 2),
        ),
        ("HoldExpired", nth(&expired(&short), 0)),
        ("HoldConsumed", nth(&consumed(&short, 9), 0)),
        ("SlotsBooked", nth(&slots_booked(9, at_13), 0)),
        (
            "SlotsFreed",
            nth(&slots_freed(9, at_13, FreedReason::Cancelled), 0),
        ),
        (
            "SlotsFreed-rescheduled",
            nth(&slots_freed(9, at_13, FreedReason::Rescheduled), 0),
        ),
        ("RenewalsCompacted", compacted()),
        ("HoldsCompacted", holds_compacted()),
    ]
}

fn version_1_0() -> Vec<(&'static str, StreamEvent)> {
    [resources_and_bookings(), days()].concat()
}

/// The fixtures of version 1.1, as what they say: what 1.0 has no words for.
fn version_1_1() -> Vec<(&'static str, StreamEvent)> {
    let settings = settings_with(&json!({ "bufferBefore": 15, "bufferAfter": 60 }));
    let mut world = given([studio(settings.clone())]);
    let mut written = Vec::new();
    let late = span("2026-11-24T22:30", 60);
    let commands: [Command; 3] = [
        beat(A, late).into(),
        book(A, late).into(),
        reschedule(9, span("2026-11-24T13:00", 60), None).into(),
    ];
    for command in commands {
        written.extend(world.execute(&command, at(NOW)).unwrap().0);
    }
    let changed = ResourceEvent::ResourceChanged(ResourceChanged {
        settings,
        changed_at: at(NOW),
    });
    written.push(of_studio(changed));
    let mut fixtures = Vec::new();
    for (stream, event) in written {
        // The first of each type, and the second of those on the day that a buffer reaches.
        let name = match (event.event_type(), event.event_version()) {
            ("HoldPlaced", "1.1") => ["HoldPlaced", "HoldPlaced-buffer-alone"],
            ("SlotsBooked", "1.1") => ["SlotsBooked", "SlotsBooked-buffer-alone"],
            ("SlotsFreed", "1.1") => ["SlotsFreed", "SlotsFreed-buffer-alone"],
            ("BookingConfirmed", "1.1") => ["BookingConfirmed"; 2],
            ("BookingRescheduled", "1.1") => ["BookingRescheduled"; 2],
            ("ResourceChanged", "1.1") => ["ResourceChanged"; 2],
            _ => continue,
        };
        let is_new = |name: &&str| fixtures.iter().all(|(known, _)| known != name);
        if let Some(name) = name.into_iter().find(is_new) {
            fixtures.push((name, (stream, event)));
        }
    }
    fixtures
}

/// The fixtures of version 1.3: what 1.2 has no words for.
fn version_1_3() -> Vec<(&'static str, StreamEvent)> {
    let registered = settings_with(&json!({
        "bookNotice": 90, "changeNotice": 1_440, "cancelNotice": 525_600, "horizonDays": 60,
    }));
    let changed = settings_with(&json!({ "lastDay": "2027-10-31" }));
    vec![
        (
            "ResourceRegistered",
            of_studio(ResourceEvent::ResourceRegistered(ResourceRegistered {
                settings: registered,
                registered_at: at(NOW),
            })),
        ),
        (
            "ResourceChanged",
            of_studio(ResourceEvent::ResourceChanged(ResourceChanged {
                settings: changed,
                changed_at: at(NOW),
            })),
        ),
    ]
}

#[test]
fn every_stored_event_of_version_1_3_reads_as_what_it_says() {
    read_as_what_they_say("1.3", version_1_3());
}

#[test]
fn every_stored_event_of_version_1_0_reads_as_what_it_says() {
    read_as_what_they_say("1.0", version_1_0());
}

#[test]
fn every_stored_event_of_version_1_1_reads_as_what_it_says() {
    read_as_what_they_say("1.1", version_1_1());
}

fn read_as_what_they_say(version: &str, fixtures: Vec<(&'static str, StreamEvent)>) {
    for (name, (stream, event)) in fixtures {
        let event_type = name.split('-').next().unwrap();
        let decoded = Event::decode(&stream, event_type, version, &stored(version, name));
        assert_eq!(decoded.unwrap(), event, "{name}");
    }
}

#[test]
fn events_are_written_to_the_byte_as_their_version_was() {
    for (name, (_, event)) in [version_1_0(), version_1_1(), version_1_3()].concat() {
        let version = event.event_version();
        assert_eq!(event.payload().unwrap(), stored(version, name), "{name}");
        assert_eq!(event.event_type(), name.split('-').next().unwrap());
    }
}

#[test]
fn no_fixture_is_left_out() {
    for (version, read) in [
        ("1.0", version_1_0()),
        ("1.1", version_1_1()),
        ("1.3", version_1_3()),
    ] {
        let files = fs::read_dir(fixtures(version)).unwrap();
        let files: BTreeSet<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let read = read.into_iter();
        let read: BTreeSet<String> = read.map(|(name, _)| format!("{name}.json")).collect();
        assert_eq!(files, read);
    }
}

#[test]
fn every_type_of_event_is_listed_once() {
    let mut types = Event::TYPES;
    types.sort_unstable();
    let known = version_1_0().into_iter();
    let known: BTreeSet<&str> = known.map(|(_, (_, event))| event.event_type()).collect();
    assert_eq!(types.to_vec(), known.into_iter().collect::<Vec<_>>());
}

#[test]
fn settings_that_an_event_lacks_have_their_defaults() {
    let payload = r#"{"ResourceRetired":{"retiredAt":"2026-11-23T09:00:00.000Z","why":"sold"}}"#;
    let stream = StreamId::Resource(studio_a());
    assert!(Event::decode(&stream, "ResourceRetired", "1.0", payload).is_ok());
    let payload = r#"{"ResourceChanged":{"settings":{"name":"Studio A","timezone":"UTC","durations":[60]},"changedAt":"2026-11-23T09:00:00.001Z"}}"#;
    let decoded = Event::decode(&stream, "ResourceChanged", "1.0", payload).unwrap();
    let (_, (_, changed)) = &resources_and_bookings()[2];
    assert_eq!(&decoded, changed);
}

#[test]
fn what_no_version_of_ours_wrote_is_refused_with_its_place() {
    let stream = StreamId::ResourceDay(studio_a(), day("2026-11-24"));
    let booked = stored("1.0", "SlotsBooked");
    let refused = [
        ("SlotsBooked", "2.0", booked.as_str()),
        ("SlotsBooked", "", &booked),
        ("SlotsFreed", "1.0", &booked),
        ("SlotsBooked", "1.0", "{}"),
        ("SlotsBooked", "1.0", ""),
        ("SlotsBooked", "1.0", &format!("{booked}{booked}")),
        (
            "BookingCancelled",
            "1.0",
            &stored("1.0", "BookingCancelled"),
        ),
    ];
    for (event_type, version, payload) in refused {
        let error = Event::decode(&stream, event_type, version, payload).unwrap_err();
        let place =
            format!("{event_type} {version} in ResourceDay studio-a/2026-11-24 does not read");
        assert_eq!(error.to_string(), place);
    }
}

#[test]
fn streams_are_found_again_by_their_address() {
    for (_, (stream, _)) in version_1_0() {
        let (kind, id) = (stream.aggregate_type(), stream.aggregate_id());
        assert_eq!(StreamId::parse(kind, &id).unwrap(), stream);
        assert_eq!(stream.to_string(), format!("{kind} {id}"));
    }
    let strangers = [
        ("Resource", "Studio A"),
        ("ResourceDay", "studio-a"),
        ("ResourceDay", "studio-a/2026-11-24/1"),
        ("ResourceDay", "studio-a/24.11.2026"),
        ("Booking", "00010909-0909-4909-8909-090909090909"),
        ("resource", "studio-a"),
    ];
    for (kind, id) in strangers {
        let error = StreamId::parse(kind, id).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("no stream is called {kind} {id:?}")
        );
    }
}
