//! Reads from memory.

use std::{sync::Arc, time::Duration};

use domain::{command::Command, partition::Partition, resource::Resource};
use projections::live::LiveError;

use crate::support::{
    A, B, Model, TUESDAY, book, cancel, day, days, hold, position, put, span, studio_a, studio_b,
    tuesday,
};

use super::Live;

#[tokio::test]
async fn a_day_is_what_the_log_says_at_every_position() {
    let mut live = Live::new().await;
    let before = live.feed.days(&studio_a(), tuesday()).await.unwrap();
    let empty = Model::default().day(&studio_a(), day(TUESDAY));
    assert_eq!(*before[0], empty);
    let commands = [
        hold(A, span("2026-11-24T13:00", 60), 1),
        hold(B, span("2026-11-24T15:00", 300), 2),
        book(A, span("2026-11-24T13:00", 60), 1),
        hold(B, span("2026-11-24T09:00", 60), 3),
        book(B, span("2026-11-23T14:00", 15), 2),
        cancel(1),
    ];
    for command in commands {
        let end = live.world.does(command).await;
        live.applied().await;
        let read = live.feed.days(&studio_a(), tuesday()).await.unwrap();
        let expected = Model::at(&live.world.events, end).day(&studio_a(), day(TUESDAY));
        assert_eq!(*read[0], expected);
    }
}

#[tokio::test]
async fn every_day_of_a_range_comes_in_order_those_without_a_row_too() {
    let mut live = Live::new().await;
    // Monday 14:00 to Wednesday 10:00.
    live.world
        .does(book(A, span("2026-11-23T14:00", 2_640), 1))
        .await;
    live.applied().await;
    let range = days("2026-11-22", "2026-11-26");
    let read = live.feed.days(&studio_a(), range).await.unwrap();
    let busy: Vec<_> = read
        .iter()
        .map(|state| format!("{} {}", state.day, state.booked))
        .collect();
    let expected = [
        "2026-11-22 ",
        "2026-11-23 56-95",
        "2026-11-24 0-95",
        "2026-11-25 0-39",
        "2026-11-26 ",
    ];
    assert_eq!(busy, expected);
    let none = live
        .feed
        .days(&studio_a(), days("2026-11-26", "2026-11-22"))
        .await;
    assert_eq!(none.unwrap(), []);
}

#[tokio::test]
async fn studios_do_not_meet() {
    let mut live = Live::new().await;
    live.world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    live.world
        .does(hold(B, span("2026-11-24T16:00", 60), 1))
        .await;
    live.applied().await;
    let read = live.feed.days(&studio_b(), tuesday()).await.unwrap();
    assert_eq!(*read[0], Model::default().day(&studio_b(), day(TUESDAY)));
}

#[tokio::test]
async fn what_is_warm_costs_no_query() {
    let mut live = Live::new().await;
    live.feed.days(&studio_a(), tuesday()).await.unwrap();
    live.feed.resource(&studio_a()).await.unwrap();
    live.world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    live.applied().await;
    // From here on every query fails.
    live.node.log.pool().close().await;

    let read = live.feed.days(&studio_a(), tuesday()).await.unwrap();
    assert_eq!(read[0].booked.to_string(), "52-55");
    let again = live.feed.days(&studio_a(), tuesday()).await.unwrap();
    assert!(Arc::ptr_eq(&read[0], &again[0]));
    live.feed.resource(&studio_a()).await.unwrap();
    let cold = live
        .feed
        .days(&studio_a(), days("2026-11-25", "2026-11-25"))
        .await;
    assert!(matches!(cold, Err(LiveError::Log(_))), "{cold:?}");
}

#[tokio::test]
async fn a_resource_is_what_the_log_says() {
    let mut live = Live::new().await;
    let never = "never".parse().unwrap();
    let unknown = live.feed.resource(&never).await.unwrap();
    assert_eq!(
        (&unknown.resource, unknown.changed_at),
        (&Resource::Unknown, position(0))
    );

    let steps = [
        put(&never, "at last"),
        put(&never, "renamed"),
        Command::RetireResource(never.clone()),
    ];
    for step in steps {
        let end = live.world.does(step).await;
        live.applied().await;
        let read = live.feed.resource(&never).await.unwrap();
        let expected = &live.world.streams().resources[&never];
        assert_eq!((&read.resource, read.changed_at), (expected, end));
    }
}

#[tokio::test]
async fn a_resource_that_was_registered_before_is_loaded() {
    let mut live = Live::new().await;
    live.world.does(Command::RetireResource(studio_b())).await;
    live.applied().await;
    let another = live.node.feed().await;
    let read = another.resource(&studio_b()).await.unwrap();
    assert_eq!(read.resource, live.world.streams().resources[&studio_b()]);
    assert_eq!(read.changed_at, live.world.end());
}

#[tokio::test]
async fn patience_ends_with_how_far_the_feed_is() {
    let mut live = Live::new().await;
    live.applied().await;
    let (partition, end) = (live.node.log.partition_of(&studio_a()), live.world.end());
    // It applies nothing more.
    live.node.stop.cancel();
    let next = live.world.does(Command::RetireResource(studio_b())).await;
    let behind = live
        .feed
        .wait_for(partition, next, Duration::from_millis(20))
        .await;
    assert!(
        matches!(behind, Err(LiveError::Behind { wanted, applied })
            if wanted == next && applied == end),
        "{behind:?}"
    );
    assert_eq!(live.feed.applied(partition), end);
    let none = Partition::new(9);
    assert_eq!(live.feed.applied(none), position(0));
    assert!(
        live.feed
            .wait_for(none, position(1), Duration::ZERO)
            .await
            .is_err()
    );
}
