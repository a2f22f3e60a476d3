//! What can be had in place of a span that somebody else has.

use std::convert::Infallible;

use domain::{
    alternatives::alternatives,
    calendar::{SeatCount, Seats, SlotMask, Span},
    offer::DaySlots,
    resource::{ResourceSettings, Terms},
    resource_day::DayTaken,
};
use serde_json::json;

use crate::harness::*;

/// The alternatives, each `HH:MM+minutes` of 2026-11-24 or with its date, where these slots
/// of that day are booked and held.
fn found(settings: &ResourceSettings, wanted: Span, booked: &str, held: &str) -> Vec<String> {
    let masks: [SlotMask; 2] = [booked, held].map(|slots| slots.parse().unwrap());
    let (terms, on) = (Terms::new(settings.clone()), day("2026-11-24"));
    let slots = |date| {
        let [booked, held] = if date == on {
            masks
        } else {
            [SlotMask::EMPTY; 2]
        };
        let taken = DayTaken {
            booked: Seats::one(booked),
            held: Seats::one(held),
            buffers: Seats::default(),
        };
        Ok::<_, Infallible>(DaySlots::of(&terms, date, SeatCount::ONE, &taken))
    };
    let found = alternatives(&terms, (wanted, SeatCount::ONE), at(NOW), slots).unwrap();
    let words = found.into_iter().map(|span| {
        let start = span.start().to_string();
        let start = start.strip_prefix("2026-11-24T").unwrap_or(&start);
        format!(
            "{}+{}",
            start.trim_end_matches(":00.000Z"),
            span.length().minutes()
        )
    });
    words.collect()
}

#[test]
fn the_nearest_starts_come_first_and_then_shorter_spans() {
    let settings = settings_with(&json!({ "durations": [60, 120], "slotInterval": 60 }));
    let wanted = span("2026-11-24T12:00", 120);
    // Booked from 13:00 to 14:00.
    let around = [
        "11:00+120",
        "14:00+120",
        "10:00+120",
        "15:00+120",
        "12:00+60",
    ];
    assert_eq!(found(&settings, wanted, "52-55", ""), around);
    // What is held is no alternative either.
    let around = [
        "11:00+120",
        "10:00+120",
        "09:00+120",
        "16:00+120",
        "12:00+60",
    ];
    assert_eq!(found(&settings, wanted, "52-55", "56-63"), around);
}

#[test]
fn what_has_passed_or_is_closed_is_no_alternative() {
    let hours = json!({ "tue": [{ "from": "09:00", "to": "12:00" }] });
    let settings = settings_with(&json!({ "durations": [60], "hours": hours }));
    let wanted = span("2026-11-24T10:00", 60);
    assert_eq!(
        found(&settings, wanted, "40-43", ""),
        ["11:00+60", "09:00+60"]
    );
    assert_eq!(found(&settings, wanted, "36-47", ""), Vec::<String>::new());
}
