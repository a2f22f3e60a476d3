//! More than one at a time: what a quarter hour carries.

use domain::{
    calendar::SeatCount,
    command::{BookSlots, Heartbeat},
    decide::Outcome,
    event::{Event, StreamEvent},
    ids::SessionId,
    rejection::Rejection,
};
use serde_json::json;
use uuid::Uuid;

use crate::harness::*;

fn seats(count: u16) -> SeatCount {
    SeatCount::new(count).unwrap()
}

/// A studio of this capacity.
fn shared(capacity: u16) -> Vec<StreamEvent> {
    studio(settings_with(&json!({ "capacity": capacity })))
}

fn session(number: u8) -> SessionId {
    SessionId::new(Uuid::from_u128(0x100 + u128::from(number)))
}

/// Booking `number`, of a session of its own, of so many seats of the hour from `start`.
fn booking(number: u8, count: u16, start: &str) -> BookSlots {
    BookSlots {
        booking: booking_id(number),
        quantity: seats(count),
        ..book(session(number), span(start, 60))
    }
}

fn beat_of(session: SessionId, count: u16, start: &str) -> Heartbeat {
    Heartbeat {
        quantity: seats(count),
        ..beat(session, span(start, 60))
    }
}

const HOUR: &str = "2026-11-24T13:00";
const ALL: [&str; 1] = ["2026-11-24T13:00/2026-11-24T14:00"];

/// A world of this capacity in which these booked so many seats of the hour each.
fn after_booking(capacity: u16, quantities: &[u16]) -> World {
    let mut world = given([shared(capacity)]);
    for (number, count) in (1..).zip(quantities) {
        let command = booking(number, *count, HOUR);
        world.execute(&command.into(), at(NOW)).unwrap();
    }
    world
}

#[test]
fn as_many_can_book_as_there_are_seats_and_no_more() {
    let world = after_booking(3, &[1, 1, 1]);
    world
        .when(NOW, booking(9, 1, HOUR))
        .refused_for("booked", &ALL);
    world
        .when(NOW, beat_of(A, 1, HOUR))
        .refused_for("booked", &ALL);
    world.when(NOW, booking(9, 1, "2026-11-24T14:00")).events();
}

#[test]
fn a_booking_takes_as_many_seats_as_it_asks_for() {
    let world = after_booking(5, &[3]);
    world.when(NOW, booking(9, 2, HOUR)).events();
    world
        .when(NOW, booking(9, 3, HOUR))
        .refused_for("booked", &ALL);
    // Where they overlap by half an hour, that half hour is named.
    world
        .when(NOW, booking(9, 3, "2026-11-24T13:30"))
        .refused_for("booked", &["2026-11-24T13:30/2026-11-24T14:00"]);
}

#[test]
fn more_seats_than_there_are_are_not_offered() {
    let world = given([shared(3)]);
    let refused = world.when(NOW, booking(9, 4, HOUR)).refused();
    let expected = Rejection::QuantityNotOffered {
        quantity: seats(4),
        capacity: seats(3),
    };
    assert_eq!(refused, expected);
    assert_eq!(
        refused.to_string(),
        "the resource has 3 seats at a time, and 4 seats were asked for"
    );
    assert_eq!(world.when(NOW, beat_of(A, 4, HOUR)).refused(), expected);
}

#[test]
fn holds_take_seats_but_for_their_own_session() {
    let mut world = after_booking(3, &[1]);
    world.execute(&beat_of(A, 2, HOUR).into(), at(NOW)).unwrap();
    world
        .when(NOW, booking(9, 1, HOUR))
        .refused_for("held_by_other", &ALL);
    let mut own = booking(9, 2, HOUR);
    own.session = A;
    let events = world.when(NOW, own).events();
    let consumed = |(_, event): &StreamEvent| event.event_type() == "HoldConsumed";
    assert!(events.iter().any(consumed), "{events:?}");
}

#[test]
fn a_beat_for_other_seats_moves_the_hold() {
    let mut world = given([shared(3)]);
    let first = beat_of(A, 1, HOUR);
    world.execute(&first.into(), at(NOW)).unwrap();
    let more = Heartbeat {
        new_hold: hold_id(10),
        ..beat_of(A, 3, HOUR)
    };
    let Outcome::Held(hold) = world.when(NOW, more).outcome() else {
        panic!("it holds");
    };
    assert_eq!((hold.id, hold.quantity), (hold_id(10), seats(3)));
    // A beat that names its hold moves nothing.
    let renewal = Heartbeat {
        renew: Some(hold_id(9)),
        ..beat_of(A, 2, HOUR)
    };
    let expected = Rejection::HoldMismatch {
        held: span(HOUR, 60),
        quantity: seats(1),
    };
    assert_eq!(world.when(NOW, renewal).refused(), expected);
}

#[test]
fn buffers_take_as_many_seats_as_what_they_are_of() {
    let settings = settings_with(&json!({ "capacity": 3, "bufferAfter": 30 }));
    let mut world = given([studio(settings)]);
    let two = booking(1, 2, HOUR);
    world.execute(&two.into(), at(NOW)).unwrap();
    world.when(NOW, booking(9, 1, "2026-11-24T14:00")).events();
    world
        .when(NOW, booking(9, 2, "2026-11-24T14:00"))
        .refused_for("buffer", &["2026-11-24T14:00/2026-11-24T14:30"]);
}

#[test]
fn fewer_seats_than_are_booked_lose_nothing_and_let_nothing_in() {
    let mut world = after_booking(3, &[1, 1, 1]);
    world.execute(&put(settings()).into(), at(NOW)).unwrap();
    assert_eq!(
        world.bookings().filter(|made| made.get().is_some()).count(),
        3
    );
    world
        .when(NOW, booking(9, 1, HOUR))
        .refused_for("booked", &ALL);
    for number in [1, 2] {
        world.execute(&cancel(number), at(NOW)).unwrap();
        world
            .when(NOW, booking(9, 1, HOUR))
            .refused_for("booked", &ALL);
    }
    world.execute(&cancel(3), at(NOW)).unwrap();
    world.when(NOW, booking(9, 1, HOUR)).events();
}

#[test]
fn a_booking_that_moves_keeps_its_seats_and_is_not_in_its_own_way() {
    let mut world = after_booking(3, &[2, 1]);
    let moved = span("2026-11-24T13:30", 60);
    let Outcome::Rescheduled(made) = world.when(NOW, reschedule(1, moved, None)).outcome() else {
        panic!("it moves");
    };
    assert_eq!((made.span, made.quantity()), (moved, seats(2)));
    // It was made when there were more.
    let fewer = settings_with(&json!({ "capacity": 1 }));
    world.execute(&put(fewer).into(), at(NOW)).unwrap();
    let refused = world.when(NOW, reschedule(1, moved, None)).refused();
    assert_eq!(refused.code(), "quantity_not_offered");
}

#[test]
fn a_running_booking_can_end_earlier_though_there_are_fewer_seats_now() {
    let mut world = given([shared(2)]);
    for number in [1, 2] {
        let two_hours = BookSlots {
            span: span(HOUR, 120),
            ..booking(number, 1, HOUR)
        };
        world.execute(&two_hours.into(), at(NOW)).unwrap();
    }
    world.execute(&put(settings()).into(), at(NOW)).unwrap();
    let later = "2026-11-24T13:20:00Z";
    let shorter = reschedule(1, span(HOUR, 60), None);
    world.when(later, shorter).events();
}

#[test]
fn what_takes_one_seat_is_written_as_before() {
    let mut world = given([shared(3)]);
    let one = world.when(NOW, booking(1, 1, HOUR)).events();
    assert!(one.iter().all(|(_, event)| event.event_version() == "1.0"));
    let payloads = |events: &[StreamEvent]| {
        let texts = events.iter().map(|(_, event)| event.payload().unwrap());
        texts.collect::<Vec<_>>().join(" ")
    };
    assert!(!payloads(&one).contains("quantity"));
    let two = world.when(NOW, booking(1, 2, HOUR)).events();
    assert!(two.iter().all(|(_, event)| event.event_version() == "1.2"));
    assert_eq!(payloads(&two).matches(r#""quantity":2"#).count(), 2);
    for (stream, event) in &two {
        let read = Event::decode(
            stream,
            event.event_type(),
            event.event_version(),
            &event.payload().unwrap(),
        );
        assert_eq!(read.unwrap(), *event);
    }
    world.execute(&booking(1, 2, HOUR).into(), at(NOW)).unwrap();
    let freed = world.when(NOW, cancel(1)).events();
    assert!(payloads(&freed).contains(r#""quantity":2"#));
}

#[test]
fn a_capacity_is_a_number_of_seats() {
    let with = |capacity: serde_json::Value| {
        let mut fields = serde_json::to_value(settings()).unwrap();
        fields["capacity"] = capacity;
        serde_json::from_value::<domain::resource::ResourceSettings>(fields)
    };
    for good in [1, 2, 1000] {
        assert_eq!(with(json!(good)).unwrap().capacity(), seats(good));
    }
    for bad in [json!(0), json!(1001), json!(-1), json!("3"), json!(1.5)] {
        let refused = with(bad).unwrap_err().to_string();
        assert!(
            refused.contains("a number of seats from 1 to 1000"),
            "{refused}"
        );
    }
    let versions = [
        json!({}),
        json!({ "bufferBefore": 15 }),
        json!({ "capacity": 2, "bufferBefore": 15 }),
        json!({ "showSeatsLeft": true }),
    ];
    let versions = versions.map(|with| settings_with(&with).event_version());
    assert_eq!(versions, ["1.0", "1.1", "1.2", "1.2"]);
}
