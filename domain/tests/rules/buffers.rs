//! What is kept free before and after a booking or a hold.

use domain::{
    calendar::{Buffers, Extent},
    event::Event,
    resource_day::ResourceDayEvent,
    stream::StreamId,
};
use serde_json::json;

use crate::harness::*;

/// A studio that keeps these minutes free.
fn buffered(before: u32, after: u32) -> Vec<domain::event::StreamEvent> {
    studio(settings_with(
        &json!({ "bufferBefore": before, "bufferAfter": after }),
    ))
}

/// A world after these sessions have booked an hour each.
fn after_booking(before: u32, after: u32, starts: &[&str]) -> World {
    let mut world = given([buffered(before, after)]);
    for (number, start) in (1..).zip(starts) {
        let mut command = book(B, span(start, 60));
        command.booking = booking_id(number);
        world.execute(&command.into(), at(NOW)).unwrap();
    }
    world
}

#[test]
fn a_span_keeps_away_from_what_is_booked_by_both_their_buffers() {
    let world = after_booking(15, 30, &["2026-11-24T13:00"]);
    // 45 minutes lie between two bookings: 30 after the first, 15 before the second.
    let near = ["2026-11-24T14:15/2026-11-24T14:30"];
    world
        .when(NOW, book(A, span("2026-11-24T14:30", 60)))
        .refused_for("buffer", &near);
    world
        .when(NOW, beat(A, span("2026-11-24T14:30", 60)))
        .refused_for("buffer", &near);
    world
        .when(NOW, book(A, span("2026-11-24T14:45", 60)))
        .events();
    let near = ["2026-11-24T12:45/2026-11-24T13:00"];
    world
        .when(NOW, book(A, span("2026-11-24T11:30", 60)))
        .refused_for("buffer", &near);
    world
        .when(NOW, book(A, span("2026-11-24T11:15", 60)))
        .events();
}

#[test]
fn what_is_booked_is_told_before_what_is_near() {
    let world = after_booking(15, 30, &["2026-11-24T13:00"]);
    let booked = ["2026-11-24T13:30/2026-11-24T14:00"];
    world
        .when(NOW, book(A, span("2026-11-24T13:30", 60)))
        .refused_for("booked", &booked);
}

#[test]
fn a_hold_keeps_its_buffers_free_too_and_is_no_obstacle_to_its_own_session() {
    let mut world = given([buffered(0, 30)]);
    let held = span("2026-11-24T13:00", 60);
    world.execute(&beat(B, held).into(), at(NOW)).unwrap();
    let near = ["2026-11-24T14:00/2026-11-24T14:30"];
    let after = span("2026-11-24T14:00", 60);
    world.when(NOW, book(A, after)).refused_for("buffer", &near);
    // Its own session's hold goes, though the two share a buffer alone.
    let events = world.when(NOW, book(B, after)).events();
    let ended = events
        .iter()
        .any(|(_, event)| matches!(event, Event::ResourceDay(ResourceDayEvent::HoldConsumed(_))));
    assert!(ended, "{events:?}");
}

#[test]
fn a_buffer_reaches_over_midnight_into_the_neighbour_s_day() {
    let world = after_booking(0, 60, &["2026-11-24T22:30"]);
    let near = ["2026-11-25T00:00/2026-11-25T00:30"];
    world
        .when(NOW, book(A, span("2026-11-25T00:00", 60)))
        .refused_for("buffer", &near);
    world
        .when(NOW, book(A, span("2026-11-25T00:30", 60)))
        .events();

    let world = after_booking(0, 60, &["2026-11-25T00:00"]);
    // It begins on the day before, and its own buffer meets the booking of the next.
    let near = ["2026-11-25T00:00/2026-11-25T00:15"];
    world
        .when(NOW, book(A, span("2026-11-24T22:15", 60)))
        .refused_for("buffer", &near);
}

#[test]
fn a_day_that_a_buffer_alone_touches_has_its_event() {
    let world = given([buffered(0, 60)]);
    let events = world
        .when(NOW, book(A, span("2026-11-24T22:30", 60)))
        .events();
    let days: Vec<_> = events
        .iter()
        .filter_map(|(stream, event)| match (stream, event) {
            (
                StreamId::ResourceDay(_, day),
                Event::ResourceDay(ResourceDayEvent::SlotsBooked(booked)),
            ) => Some((
                day.to_string(),
                booked.slots.to_string(),
                booked.buffer.to_string(),
            )),
            _ => None,
        })
        .collect();
    let expected = [("2026-11-24", "90-93", "94-95"), ("2026-11-25", "", "0-1")];
    assert_eq!(
        days,
        expected.map(|(day, slots, buffer)| (day.into(), slots.into(), buffer.into()))
    );
}

#[test]
fn a_buffer_may_lie_in_closed_hours() {
    let hours = json!({ "tue": [{ "from": "09:00", "to": "17:00" }] });
    let world = given([studio(settings_with(
        &json!({ "hours": hours, "bufferBefore": 120, "bufferAfter": 120 }),
    ))]);
    for start in ["2026-11-24T09:00", "2026-11-24T16:00"] {
        world.when(NOW, book(A, span(start, 60))).events();
    }
}

#[test]
fn new_buffers_do_not_move_old_ones() {
    let mut world = after_booking(0, 30, &["2026-11-24T13:00"]);
    world.execute(&put(settings()).into(), at(NOW)).unwrap();
    let near = ["2026-11-24T14:00/2026-11-24T14:30"];
    world
        .when(NOW, book(A, span("2026-11-24T14:00", 60)))
        .refused_for("buffer", &near);
    // And a booking without any is kept away from by the new ones of others.
    let mut world = after_booking(0, 0, &["2026-11-24T13:00"]);
    let later = settings_with(&json!({ "bufferBefore": 30 }));
    world.execute(&put(later).into(), at(NOW)).unwrap();
    let near = ["2026-11-24T13:30/2026-11-24T14:00"];
    world
        .when(NOW, book(A, span("2026-11-24T14:00", 60)))
        .refused_for("buffer", &near);
}

#[test]
fn a_booking_that_moves_is_not_in_its_own_way() {
    let world = after_booking(60, 60, &["2026-11-24T13:00"]);
    let moved = span("2026-11-24T14:30", 60);
    let events = world.when(NOW, reschedule(1, moved, None)).events();
    assert_eq!(events.len(), 3);
}

#[test]
fn what_a_cancelled_booking_kept_free_is_free() {
    let mut world = after_booking(0, 60, &["2026-11-24T22:30"]);
    world.execute(&cancel(1), at(NOW)).unwrap();
    world
        .when(NOW, book(A, span("2026-11-25T00:00", 60)))
        .events();
}

#[test]
fn an_extent_ends_where_time_begins_and_ends() {
    let buffers = Buffers::from_minutes(1440, 1440).unwrap();
    let first = Extent::new(span("1970-01-01T00:00", 60), buffers);
    assert_eq!(first.start(), at("1970-01-01T00:00:00Z"));
    let last = Extent::new(span("9999-12-31T22:00", 60), buffers);
    assert_eq!(last.days().count(), 2);
    assert_eq!(
        last.days().last().unwrap().1.all().last().unwrap().get(),
        95
    );
}
