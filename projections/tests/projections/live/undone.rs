//! When the history that was followed is gone.

use eventlog::{GlobalPosition, testing::TestDatabase};
use projections::live::Round;

use crate::support::{
    A, B, Node, World, book, days, hold, soon, span, studio_a, studio_b, tuesday,
};

use super::{Live, Seen, availability, next, presence};

/// As `slotkeeper-replay new-epoch` does after a restore.
async fn begin_epoch(database: &TestDatabase) {
    sqlx::raw_sql("update log set restores = restores + 1")
        .execute(database.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn in_another_epoch_viewers_are_told_and_begin_anew() {
    let mut live = Live::new().await;
    live.world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    live.written().await;
    let mut one = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    let month = days("2026-11-01", "2026-11-30");
    let mut other = live.feed.watch(&studio_b(), month, None).await.unwrap();
    next(&mut one).await;
    next(&mut other).await;

    let before = live.node.log.epoch();
    begin_epoch(&live.database).await;
    assert_eq!(next(&mut one).await, Seen::Reset);
    let Some(Round::Days { frames, id }) = soon(one.next()).await else {
        panic!("no round after the reset");
    };
    let all = [
        availability("2026-11-24", "52,53,54,55"),
        presence("2026-11-24", ""),
    ];
    assert_eq!(frames[1..], all, "after what is told of the resource");
    let now = id.positions().next().unwrap();
    assert_ne!(now.epoch, before);
    assert_eq!(now.epoch, live.node.log.epoch());
    assert_eq!(next(&mut other).await, Seen::Reset);
    assert_eq!(next(&mut other).await.days().0.len(), 60);

    // And from here on as ever.
    let end = live
        .world
        .does(hold(B, span("2026-11-24T16:00", 60), 1))
        .await;
    assert_eq!(next(&mut one).await.days().1, end.get());
    let old = GlobalPosition {
        epoch: before,
        ..now
    };
    let mut late = live
        .feed
        .watch(&studio_a(), tuesday(), Some(old.into()))
        .await
        .unwrap();
    assert_eq!(next(&mut late).await, Seen::Reset);
}

#[tokio::test]
async fn what_a_restore_took_away_is_not_shown_any_more() {
    let mut live = Live::new().await;
    live.world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    live.written().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    next(&mut watch).await;
    assert_eq!(
        live.feed.days(&studio_a(), tuesday()).await.unwrap()[0]
            .busy
            .count(),
        4
    );

    // The database is as it was before the booking, views and all.
    sqlx::raw_sql(
        "begin;
        delete from events where position > 2;
        update heads set position = 2, tip = coalesce((select tip from events where position = 2), 0);
        delete from daily_availability; delete from bookings;
        update checkpoints set position = 2;
        update log set restores = restores + 1;
        commit",
    )
    .execute(live.database.pool())
    .await
    .unwrap();
    assert_eq!(next(&mut watch).await, Seen::Reset);
    let all = vec![availability("2026-11-24", ""), presence("2026-11-24", "")];
    assert_eq!(next(&mut watch).await, Seen::Days(all, 2));
    let read = live.feed.days(&studio_a(), tuesday()).await.unwrap();
    assert!(read[0].busy.is_empty());

    // Another history goes on from there.
    let node = Node::new(&live.database).await;
    let mut world = World::new(&node.log).await;
    let end = world.does(book(B, span("2026-11-24T20:00", 15), 2)).await;
    let booked = vec![availability("2026-11-24", "80")];
    assert_eq!(next(&mut watch).await, Seen::Days(booked, end.get()));
}
