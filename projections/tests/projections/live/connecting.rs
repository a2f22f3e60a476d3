//! Nodes and viewers that come and go.

use crate::support::{A, Node, book, soon, span, studio_a, tuesday};

use super::{Live, Seen, availability, next};

#[tokio::test]
async fn a_viewer_at_another_node_sees_it_too() {
    let mut live = Live::new().await;
    let other = Node::new(&live.database).await;
    let feed = other.feed().await;
    let mut watch = feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    next(&mut watch).await;
    let end = live
        .world
        .does(book(A, span("2026-11-24T13:00", 60), 1))
        .await;
    let booked = vec![availability("2026-11-24", "52,53,54,55")];
    assert_eq!(next(&mut watch).await, Seen::Days(booked, end.get()));
}

#[tokio::test]
async fn when_the_feed_stops_viewers_are_sent_home() {
    let live = Live::new().await;
    let mut watch = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    next(&mut watch).await;
    live.node.stop.cancel();
    assert_eq!(soon(watch.next()).await, None);
    // Whoever comes after sees what there was, and goes.
    let mut late = live.feed.watch(&studio_a(), tuesday(), None).await.unwrap();
    assert_eq!(next(&mut late).await.days().0.len(), 2);
    assert_eq!(soon(late.next()).await, None);
}
