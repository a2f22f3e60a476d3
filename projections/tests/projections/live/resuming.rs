//! Viewers that come back with the last id they got.

use eventlog::{GlobalPosition, testing::TestDatabase};
use projections::live::{Round, Watch};

use crate::support::{
    A, B, Node, World, book, days, hold, leave, position, put, soon, span, studio_a, tuesday,
};

use super::{Live, Seen, availability, held, next, presence};

async fn id(watch: &mut Watch) -> GlobalPosition {
    match soon(watch.next()).await {
        Some(Round::Days { id, .. }) => id.positions().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_what_changed_since_is_sent_again() {
    let mut live = Live::new().await;
    let range = || days("2026-11-24", "2026-11-26");
    // Somebody keeps the days in memory, so that their changes are known.
    let _other = live.feed.watch(&studio_a(), range(), None).await.unwrap();
    let mut watch = live.feed.watch(&studio_a(), range(), None).await.unwrap();
    let seen = id(&mut watch).await;
    drop(watch);

    live.world
        .does(book(A, span("2026-11-25T13:00", 60), 1))
        .await;
    let end = live
        .world
        .does(hold(B, span("2026-11-24T16:00", 60), 7))
        .await;
    live.applied().await;
    let mut watch = live
        .feed
        .watch(&studio_a(), range(), Some(seen.into()))
        .await
        .unwrap();
    // Publishing comes a moment after applying, so it may take two rounds.
    let (mut frames, mut last) = next(&mut watch).await.days();
    while last < end.get() {
        let more = next(&mut watch).await.days();
        frames.extend(more.0);
        last = more.1;
    }
    frames.sort();
    let mut expected = vec![
        presence("2026-11-24", &held(7, 16)),
        availability("2026-11-25", "52,53,54,55"),
    ];
    expected.sort();
    assert_eq!(frames, expected);
}

#[tokio::test]
async fn whoever_has_seen_all_gets_an_id_and_no_frame() {
    let mut live = Live::new().await;
    let _other = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    live.world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    live.applied().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    let mut seen = id(&mut watch).await;
    while seen.position < live.world.end() {
        seen = id(&mut watch).await;
    }
    drop(watch);
    let mut watch = live
        .feed
        .watch(&studio_a(), tuesday(), Some(seen.into()))
        .await
        .unwrap();
    assert_eq!(
        next(&mut watch).await,
        Seen::Days(vec![], seen.position.get())
    );
}

#[tokio::test]
async fn a_cold_day_whose_holds_may_have_changed_is_sent() {
    let mut live = Live::new().await;
    live.world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    live.applied().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    let seen = id(&mut watch).await;
    drop(watch);
    live.world
        .does(hold(B, span("2026-11-24T16:00", 60), 7))
        .await;
    live.world.does(leave(B)).await;
    live.written().await;

    // It has never seen the hold come and go, only that there is none.
    let other = Node::new(&live.database).await;
    let feed = other.feed().await;
    let mut watch = feed
        .watch(&studio_a(), tuesday(), Some(seen.into()))
        .await
        .unwrap();
    let (frames, _) = next(&mut watch).await.days();
    assert_eq!(frames, vec![presence("2026-11-24", "")]);
}

#[tokio::test]
async fn an_id_cut_off_in_mid_round_misses_nothing() {
    let mut live = Live::new().await;
    let range = || days("2026-11-23", "2026-11-26");
    let _other = live.feed.watch(&studio_a(), range(), None).await.unwrap();
    let mut watch = live.feed.watch(&studio_a(), range(), None).await.unwrap();
    let seen = id(&mut watch).await;
    let end = live
        .world
        .does(book(A, span("2026-11-23T14:00", 2_640), 1))
        .await;
    let (whole, _) = next(&mut watch).await.days();
    assert_eq!(whole.len(), 3);
    // The viewer got the first frame, and the line was cut before the id.
    drop(watch);
    let mut watch = live
        .feed
        .watch(&studio_a(), range(), Some(seen.into()))
        .await
        .unwrap();
    assert_eq!(next(&mut watch).await, Seen::Days(whole, end.get()));
}

#[tokio::test]
async fn a_node_that_is_behind_waits_for_what_the_viewer_knows() {
    let mut live = Live::new().await;
    let other = Node::new(&live.database).await;
    let feed = other.feed().await;
    for number in 0..20 {
        let start = format!("2026-11-24T{number:02}:00");
        live.world.does(book(A, span(&start, 15), number)).await;
        let seen = GlobalPosition {
            epoch: live.node.log.epoch(),
            partition: live.node.log.partition_of(&studio_a()),
            position: live.world.end(),
        };
        let mut watch = feed
            .watch(&studio_a(), tuesday(), Some(seen.into()))
            .await
            .unwrap();
        let (_, id) = next(&mut watch).await.days();
        assert!(id >= seen.position.get());
    }
}

#[tokio::test]
async fn a_viewer_that_knows_more_than_its_days_tell_keeps_its_place() {
    let mut live = Live::new().await;
    let _other = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    // Much happens, and nothing of it on the day that the others watch.
    live.world
        .does(book(A, span("2026-11-25T13:00", 60), 1))
        .await;
    live.applied().await;
    let seen = GlobalPosition {
        epoch: live.node.log.epoch(),
        partition: live.node.log.partition_of(&studio_a()),
        position: live.world.end(),
    };
    let mut watch = live
        .feed
        .watch(&studio_a(), tuesday(), Some(seen.into()))
        .await
        .unwrap();
    let nothing = Seen::Days(vec![], seen.position.get());
    assert_eq!(next(&mut watch).await, nothing);
}

#[tokio::test]
async fn an_id_of_nowhere_is_answered_with_a_reset_and_everything() {
    let live = Live::new().await;
    let here = GlobalPosition {
        epoch: live.node.log.epoch(),
        partition: live.node.log.partition_of(&studio_a()),
        position: live.world.end(),
    };
    let nowhere = [
        GlobalPosition {
            epoch: "00000000000000ff".parse().unwrap(),
            ..here
        },
        GlobalPosition {
            partition: domain::partition::Partition::new(7),
            ..here
        },
        GlobalPosition {
            position: here.position.plus(1),
            ..here
        },
    ];
    for seen in nowhere {
        let mut watch = live
            .feed
            .watch(&studio_a(), tuesday(), Some(seen.into()))
            .await
            .unwrap();
        assert_eq!(next(&mut watch).await, Seen::Reset);
        let all = vec![availability("2026-11-24", ""), presence("2026-11-24", "")];
        assert_eq!(next(&mut watch).await, Seen::Days(all, here.position.get()));
    }
}

#[tokio::test]
async fn the_beginning_of_the_log_is_a_place() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let feed = node.feed().await;
    let seen = GlobalPosition {
        epoch: node.log.epoch(),
        partition: node.log.partition_of(&studio_a()),
        position: position(0),
    };
    let mut watch = feed
        .watch(&studio_a(), tuesday(), Some(seen.into()))
        .await
        .unwrap();
    assert_eq!(next(&mut watch).await, Seen::Days(vec![], 0));
    let mut world = World::new(&node.log).await;
    world.does(put(&studio_a(), "Studio A")).await;
    let end = world.does(book(A, span("2026-11-24T13:00", 60), 1)).await;
    let booked = vec![availability("2026-11-24", "52,53,54,55")];
    assert_eq!(next(&mut watch).await, Seen::Days(booked, end.get()));
}
