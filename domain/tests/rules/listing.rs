//! What a viewer is shown.

use std::{cell::RefCell, collections::BTreeMap, convert::Infallible};

use domain::{
    calendar::{Day, SeatCount, SlotMask, Taken},
    listing::{ListQuery, list},
    offer::Refusal,
    rejection::{Rejection, RejectionKind},
    resource::ResourceSettings,
    resource_day::DayTaken,
};
use serde_json::json;

use crate::harness::*;

/// The starts from one hour to another of 2026-11-24, each `HH:MM` of UTC with
/// why it can't be had.
fn listed(
    settings: &ResourceSettings,
    (from, to): (&str, &str),
    now: &str,
    booked: &str,
) -> Vec<(String, Option<RejectionKind>)> {
    let on_the_day = |time: &str| at(&format!("2026-11-24T{time}:00Z"));
    let query = ListQuery {
        duration: minutes(120),
        interval: minutes(60),
        quantity: SeatCount::ONE,
        window: on_the_day(from)..on_the_day(to),
    };
    let booked: SlotMask = booked.parse().unwrap();
    let listed = list(&terms(settings.clone()), &query, at(now), |_| {
        Ok::<_, Infallible>(DayTaken::of_booking(Taken::slots(booked)))
    })
    .unwrap();
    let shown = listed.iter().map(|slot| {
        assert_eq!(slot.span.length(), query.duration);
        let start = slot.span.start().to_string()[11..16].to_owned();
        (start, slot.unavailable)
    });
    shown.collect()
}

#[test]
fn every_start_is_shown_with_why_it_can_not_be_had() {
    let hours = json!({ "tue": [{ "from": "08:00", "to": "14:00" }] });
    let settings = settings_with(&json!({ "hours": hours }));
    // Booked from 11:00 to 11:15.
    let shown = listed(
        &settings,
        ("00:00", "23:00"),
        "2026-11-24T08:00:00.001Z",
        "44",
    );
    let expected = [
        ("08:00", Some(RejectionKind::Past)),
        ("09:00", None),
        ("10:00", Some(RejectionKind::Booked)),
        ("11:00", Some(RejectionKind::Booked)),
        ("12:00", None),
        ("13:00", Some(RejectionKind::Closed)),
    ];
    assert_eq!(shown, expected.map(|(start, why)| (start.to_owned(), why)));
}

#[test]
fn a_start_is_past_only_after_its_instant() {
    let shown = |now| listed(&settings(), ("08:00", "09:00"), now, "");
    assert_eq!(shown("2026-11-24T08:00:00Z"), [("08:00".to_owned(), None)]);
    let past = Some(RejectionKind::Past);
    assert_eq!(
        shown("2026-11-24T08:00:00.001Z"),
        [("08:00".to_owned(), past)]
    );
}

#[test]
fn bookings_do_not_shift_the_starts() {
    let starts = |booked| {
        let listed = listed(&settings(), ("00:00", "12:00"), NOW, booked);
        listed
            .into_iter()
            .map(|(start, _)| start)
            .collect::<Vec<_>>()
    };
    assert_eq!(starts(""), starts("3,17-22,40"));
}

#[test]
fn a_list_looks_at_each_day_once() {
    let asked = RefCell::new(BTreeMap::<Day, u32>::new());
    let query = ListQuery {
        duration: minutes(2640),
        interval: minutes(15),
        quantity: SeatCount::ONE,
        window: at("2026-11-23T00:00:00Z")..at("2026-11-30T00:00:00Z"),
    };
    let booked = |day| {
        *asked.borrow_mut().entry(day).or_default() += 1;
        Ok::<_, Infallible>(DayTaken::default())
    };
    assert_eq!(
        list(&terms(settings()), &query, at(NOW), booked)
            .unwrap()
            .len(),
        7 * 96
    );
    // Starts that have passed are not looked at; the last hire ends on the 1st.
    let days = day("2026-11-23").through(day("2026-12-01"));
    assert_eq!(asked.into_inner(), days.map(|day| (day, 1)).collect());
}

#[test]
fn a_day_that_is_not_known_is_no_empty_one() {
    let query = ListQuery {
        duration: minutes(60),
        interval: minutes(60),
        quantity: SeatCount::ONE,
        window: at("2026-11-24T00:00:00Z")..at("2026-11-25T00:00:00Z"),
    };
    let unknown = |day| Err(day);
    let asked = list(&terms(settings()), &query, at(NOW), unknown);
    assert_eq!(asked, Err(Refusal::Facts(day("2026-11-24"))));
}

#[test]
fn a_duration_that_is_not_on_offer_is_not_listed() {
    let query = ListQuery {
        duration: minutes(90),
        interval: minutes(60),
        quantity: SeatCount::ONE,
        window: at("2026-11-24T00:00:00Z")..at("2026-11-25T00:00:00Z"),
    };
    let free = |_| Ok::<_, Infallible>(DayTaken::default());
    let Err(Refusal::Rejected(refused)) = list(&terms(settings()), &query, at(NOW), free) else {
        panic!("listed");
    };
    let expected = Rejection::DurationNotOffered {
        duration: minutes(90),
        offered: [60, 120, 300, 2640].map(minutes).into(),
    };
    assert_eq!(refused, expected);
    assert_eq!(
        refused.to_string(),
        "the resource does not offer 90 minutes"
    );
}

#[test]
fn refusals_name_the_first_stretch_and_count_the_others() {
    let taken = |start| booked(1, A, span(start, 60), NOW);
    let world = given([studios(), taken("2026-11-24T08:00")]);
    let evening = span("2026-11-24T07:00", 120);
    assert_eq!(
        world.when(NOW, book(B, evening)).refused().to_string(),
        "slots are booked: 2026-11-24T08:00:00.000Z to 2026-11-24T09:00:00.000Z"
    );
    let twice = given([
        studios(),
        taken("2026-11-24T08:00"),
        taken("2026-11-24T11:00"),
    ]);
    let day = span("2026-11-24T07:00", 300);
    assert_eq!(
        twice.when(NOW, book(B, day)).refused().to_string(),
        "slots are booked: 2026-11-24T08:00:00.000Z to 2026-11-24T09:00:00.000Z and 1 more"
    );
}
