//! Changes that are made only to what somebody has seen.

use domain::{
    booking::Booking,
    calendar::Span,
    command::Command,
    decide::{Decision, Undecided, decide_if},
    facts::Facts,
    precondition::{Precondition, Version, version_of_booking, version_of_resource},
    rejection::Rejection,
};
use serde_json::json;

use crate::harness::*;

fn at_13() -> Span {
    span("2026-11-24T13:00", 60)
}

fn at_15() -> Span {
    span("2026-11-24T15:00", 60)
}

fn decided(
    world: &World,
    command: impl Into<Command>,
    expected: &Precondition,
) -> Result<Decision, Undecided> {
    decide_if(world, &command.into(), Some(expected), at(NOW))
}

#[track_caller]
fn refused(decided: Result<Decision, Undecided>) -> Rejection {
    match decided {
        Err(Undecided::Rejected(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

fn version(world: &World, booking: u8) -> Version {
    version_of_booking(world.booking(booking_id(booking)).unwrap()).unwrap()
}

#[test]
fn a_booking_changes_only_from_the_state_that_is_asked_for() {
    let mut world = given([studios(), booked(1, A, at_13(), NOW)]);
    let seen = Precondition::OneOf(vec![version(&world, 1)]);
    let there = || reschedule(1, at_15(), None);
    let back = || reschedule(1, at_13(), None);
    assert_eq!(decided(&world, there(), &seen).unwrap().events.len(), 3);

    world.execute(&there().into(), at(NOW)).unwrap();
    world.execute(&back().into(), at(NOW)).unwrap();
    // It is where it was, and yet not as it was.
    let refusal = refused(decided(&world, there(), &seen));
    assert_eq!(refusal, Rejection::NotAsSeen);
    assert_eq!(refused(decided(&world, cancel(1), &seen)), refusal);
    let exists = Precondition::Exists;
    assert_eq!(decided(&world, there(), &exists).unwrap().events.len(), 3);
}

#[test]
fn what_is_so_already_is_accepted_whatever_was_seen() {
    let mut world = given([studios(), booked(1, A, at_13(), NOW)]);
    let seen = Precondition::OneOf(vec![version(&world, 1)]);
    let there = || reschedule(1, at_15(), None);
    world.execute(&there().into(), at(NOW)).unwrap();
    // The same request again, whose first answer was lost.
    assert_eq!(decided(&world, there(), &seen).unwrap().events, []);
    world.execute(&cancel(1), at(NOW)).unwrap();
    assert_eq!(decided(&world, cancel(1), &seen).unwrap().events, []);
}

#[test]
fn what_is_not_there_is_said_to_be_missing() {
    let world = given([studios()]);
    let refusal = refused(decided(&world, cancel(7), &Precondition::Exists));
    assert_eq!(refusal, Rejection::BookingUnknown(booking_id(7)));
    assert_eq!(version_of_booking(&Booking::default()), None);

    // A resource is made by being put, so that its absence is a state like others.
    let nothing = given([]);
    let refusal = refused(decided(&nothing, put(settings()), &Precondition::Exists));
    assert_eq!(refusal, Rejection::NotAsSeen);
}

#[test]
fn a_resource_that_is_again_as_it_was_has_its_version_again() {
    let other = settings_with(&json!({ "name": "Another" }));
    let mut world = given([studio(settings())]);
    let of = |world: &World| version_of_resource(world.resource(&studio_a()).unwrap()).unwrap();
    let first = of(&world);
    world.execute(&put(other.clone()).into(), at(NOW)).unwrap();
    assert_ne!(of(&world), first);
    let seen = Precondition::OneOf(vec![first]);
    let third = settings_with(&json!({ "name": "A third" }));
    assert_eq!(
        refused(decided(&world, put(third), &seen)),
        Rejection::NotAsSeen
    );
    world.execute(&put(settings()).into(), at(NOW)).unwrap();
    assert_eq!(of(&world), first);
    let retire = || Command::RetireResource(studio_a());
    assert!(decided(&world, retire(), &seen).is_ok());
    world.execute(&retire(), at(NOW)).unwrap();
    assert_ne!(of(&world), first);
}

#[test]
fn no_state_meets_a_list_of_none() {
    let world = given([studios(), booked(1, A, at_13(), NOW)]);
    let none = Precondition::OneOf(vec![]);
    let refusal = refused(decided(&world, cancel(1), &none));
    assert_eq!(refusal, Rejection::NotAsSeen);
}

#[test]
fn a_version_reads_as_it_was_written_and_nothing_else_does() {
    let version = Version::of(&"state");
    assert_eq!(version.to_string().parse(), Ok(version));
    let upper = version.to_string().to_uppercase();
    for wrong in [
        "",
        "*",
        "0",
        &upper,
        &format!("{version}0"),
        "+".repeat(32).as_str(),
    ] {
        assert!(wrong.parse::<Version>().is_err(), "{wrong:?}");
    }
}
