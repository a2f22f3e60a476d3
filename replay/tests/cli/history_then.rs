//! `state --at` any position is what the model says of it.

use std::collections::BTreeMap;

use domain::{booking::Booking, event::Event, ids::BookingId, stream::StreamId};
use eventlog::{
    Position, RecordedEvent,
    retention::{Scope, compact},
    testing::TestDatabase,
};
use proptest::prelude::*;
use replay::state::{At, DayThen, Moment, booking_at, days_at};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    harness::Past,
    support::{Model, Node, Step, World, block_on, booking_id, day, history, steps, studio_a},
};

/// What is compared of a day: slots booked, and spans held.
type Seen = (String, Vec<(String, String)>);

fn seen(then: &DayThen) -> Seen {
    let holds = then.holds.iter();
    let holds = holds.map(|hold| (hold.id.to_string(), hold.span.to_string()));
    (then.busy.to_string(), holds.collect())
}

fn expected(model: &Model, resource: &domain::ids::ResourceId, then: &DayThen) -> Seen {
    let state = model.day(resource, then.day);
    let holds = state.holds.iter();
    let holds = holds.map(|held| (held.hold_id.to_string(), held.span.to_string()));
    (state.booked.taken().to_string(), holds.collect())
}

/// Lives through `steps`, then looks back at every position.
async fn look_back(steps: &[Step]) {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    history(&mut world, steps).await;
    let mut connection = database.pool().acquire().await.unwrap();
    look_at_all(&node, &world, &mut connection).await;
    // Retention takes nothing from any moment but the names of leases.
    for partition in node.log.partitions() {
        for scope in Scope::ALL {
            while compact(&mut connection, partition, scope, world.now, world.now)
                .await
                .unwrap()
                .more
            {}
        }
    }
    look_at_all(&node, &world, &mut connection).await;
}

/// Compares every position of a history with the model.
async fn look_at_all(node: &Node, world: &World, connection: &mut PgConnection) {
    let days = (day("2026-11-24"), day("2026-11-30"));
    for position in 0..=world.end().get() {
        let at = At::Position(Position::new(position));
        look_at_bookings(connection, world, at).await;
        if !ends_an_append(world, position) {
            // What holds and bookings keep free may reach into days that are not asked for.
            continue;
        }
        let model = Model::at(&world.events, Position::new(position));
        for number in 0..3 {
            let resource = format!("resource-{number}").parse().unwrap();
            let partition = node.log.partition_of(&resource);
            let moment = Moment::find(connection, partition, at).await.unwrap();
            let then = days_at(connection, partition, &resource, days, moment);
            for then in then.await.unwrap() {
                let wanted = expected(&model, &resource, &then);
                assert_eq!(seen(&then), wanted, "{resource} {} at {position}", then.day);
            }
        }
    }
}

/// Whether all of an append stands at a position.
fn ends_an_append(world: &World, position: u64) -> bool {
    let at = |event: &&RecordedEvent| event.position == Position::new(position);
    world
        .events
        .iter()
        .find(at)
        .is_none_or(|event| event.tip.is_some())
}

/// Each booking that was ever made, as it stood at a position.
async fn look_at_bookings(connection: &mut PgConnection, world: &World, at: At) {
    let At::Position(position) = at else {
        panic!("{at:?}");
    };
    let mut bookings: BTreeMap<BookingId, Booking> = BTreeMap::new();
    for recorded in &world.events {
        if let (StreamId::Booking(id), Event::Booking(event)) = (&recorded.stream, &recorded.event)
        {
            let booking = bookings.entry(*id).or_default();
            if recorded.position <= position {
                booking.evolve(event);
            }
        }
    }
    for (id, expected) in bookings {
        let moment = Moment::find(connection, id.partition(), at).await.unwrap();
        let then = booking_at(connection, id, moment).await.unwrap();
        assert_eq!(then.as_ref(), expected.get(), "{id} at {position}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn every_position_of_a_random_history_is_as_the_model_has_it(steps in steps(20..50)) {
        block_on(look_back(&steps));
    }
}

#[tokio::test]
async fn a_booking_is_as_it_stood() {
    let past = Past::new().await;
    let mut connection = past.database.pool().acquire().await.unwrap();
    let id = booking_id(2);
    let stream = StreamId::Booking(id);
    let mine: Vec<_> = past
        .world
        .events
        .iter()
        .filter(|event| event.stream == stream)
        .map(|event| event.position)
        .collect();
    let [made, moved] = mine[..] else {
        panic!("{mine:?}")
    };
    let mut spans = Vec::new();
    for position in [made.get() - 1, made.get(), moved.get() - 1, moved.get()] {
        let at = At::Position(Position::new(position));
        let moment = Moment::find(&mut connection, id.partition(), at)
            .await
            .unwrap();
        let then = booking_at(&mut connection, id, moment).await.unwrap();
        spans.push(then.map(|booking| booking.span.start().to_string()));
    }
    let (at_one, at_three) = ("2026-11-24T13:00:00.000Z", "2026-11-24T15:00:00.000Z");
    let [at_one, at_three] = [at_one, at_three].map(|time| Some(time.to_owned()));
    assert_eq!(spans, [None, at_one.clone(), at_one, at_three]);
}

#[tokio::test]
async fn a_time_takes_in_all_that_was_recorded_by_then() {
    let past = Past::new().await;
    let first = &past.world.events[0];
    let at = first.recorded_at.to_string();
    let by_time = past.replay(&["state", "day", "studio-a", "2026-11-24", "--at", &at]);
    let of_that_time = past.world.events.iter();
    let mut last = of_that_time.filter(|event| event.recorded_at == first.recorded_at);
    let last = last.next_back().unwrap().position.get();
    assert_eq!(by_time.documents[0]["moment"]["position"], last);
    let before = past.replay(&[
        "state",
        "day",
        "studio-a",
        "2026-11-24",
        "--at",
        "1970-01-02T00:00:00Z",
    ]);
    assert_eq!(
        before.documents[0]["moment"],
        json!({"position": 0, "recordedAt": null})
    );
    assert_eq!(before.documents[0]["days"][0]["busy"], "");
}

#[tokio::test]
async fn a_time_may_be_finer_than_those_of_events() {
    let past = Past::new().await;
    let first = past.world.events[0].recorded_at.to_string();
    let at = |time: &str| {
        let said = past.replay(&["state", "day", "studio-a", "2026-11-24", "--at", time]);
        said.documents[0]["moment"]["position"].as_u64().unwrap()
    };
    let finer = first.replace('Z', "999Z");
    assert_eq!(at(&finer), at(&first));
    let from = |time: &str| {
        let said = past.replay(&["audit", "--from", time, "resource", "studio-a"]);
        said.documents[0]["position"].as_u64().unwrap()
    };
    assert_eq!(from(&first), 1);
    assert_eq!(from(&first.replace('Z', "001Z")), at(&first) + 1);
}

#[tokio::test]
async fn a_booking_whose_attendee_was_erased_is_said_to_be() {
    let past = Past::new().await;
    let id = booking_id(1).to_string();
    let before = past.world.end().to_string();
    let sealed = past.said(&["state", "booking", &id]);
    assert!(sealed.ends_with("attendee  sealed\n"), "{sealed}");
    past.said(&["erase", "--booking", &id]);
    let erased = past.said(&["state", "booking", &id]);
    assert!(erased.contains("attendee  erased "), "{erased}");
    let then = past.said(&["state", "booking", &id, "--at", &before]);
    assert!(then.contains("sealed then; erased since"), "{then}");
}

#[tokio::test]
async fn how_things_stood_is_told_by_another_clock_too() {
    let past = Past::new().await;
    let told = past.said(&[
        "state",
        "day",
        "studio-a",
        "2026-11-24",
        "--timezone",
        "Asia/Kathmandu",
    ]);
    assert!(
        told.contains("08:00 to 09:00 (slots 32-35, 2026-11-24 13:45+05:45 to 14:45+05:45)"),
        "{told}"
    );
    // Its own clock is UTC's.
    let id = booking_id(2).to_string();
    let told = past.said(&["state", "booking", &id, "--timezone", "resource"]);
    assert!(
        told.contains("(2026-11-24 15:00+00:00 to 16:00+00:00)"),
        "{told}"
    );
}

#[tokio::test]
async fn a_month_is_drawn_a_strip_a_day() {
    let past = Past::new().await;
    let drawn = past.said(&["state", "month", studio_a().as_str(), "2026-11"]);
    for line in drawn.lines().filter(|line| line.contains('·')) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let lines = drawn.lines();
    let mut tuesday = lines.skip_while(|line| !line.starts_with("2026-11-24  "));
    let mut half = || tuesday.next().unwrap().chars().skip("2026-11-24  ".len());
    let strip: Vec<char> = half().chain(half()).collect();
    assert_eq!(strip.len(), 96);
    // 15:00 to 16:00, and from 22:00 to midnight; held from 08:00 to 09:00.
    let marks = |slots: std::ops::Range<usize>| strip[slots].iter().collect::<String>();
    assert_eq!(marks(59..65), "·####·");
    assert_eq!(marks(87..96), "·########");
    assert_eq!(marks(31..37), "·hhhh·");
    assert_eq!(
        drawn
            .lines()
            .filter(|line| line.starts_with("2026-11-30"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_position_beyond_the_log_is_said_to_be_none() {
    let past = Past::new().await;
    let said = past.fails(&["state", "day", "studio-a", "2026-11-24", "--at", "100000"]);
    assert!(
        said.contains("partition 0 has no position 100000"),
        "{said}"
    );
}

#[tokio::test]
async fn a_resource_that_nobody_has_registered_is_not_just_free() {
    let past = Past::new().await;
    let unregistered = "nobody has registered it by then";
    let day = |resource, at| past.said(&["state", "day", resource, "2026-11-24", "--at", at]);
    assert!(day("studio-z", "1").contains(unregistered));
    assert!(day("studio-a", "0").contains(unregistered));
    assert!(!day("studio-a", "1").contains(unregistered));
    let status = past.replay(&["state", "day", "studio-z", "2026-11-24"]);
    assert_eq!(status.documents[0]["status"], "unknown");
}
