//! A key books once.

use domain::rejection::Rejection;
use futures::future::join_all;

use crate::{
    cluster::{Cluster, request},
    commands::*,
};

#[tokio::test]
async fn a_replay_gets_the_first_answer_on_every_node() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let command = book_with_key(STUDIO, A, span("02T10:00", 60), "key-1");
    let (first, replayed) = booked(one.accepted(command.clone()).await);
    assert!(!replayed);
    for node in [&one, &other] {
        let (again, replayed) = booked(node.accepted(command.clone()).await);
        assert!(replayed);
        assert_eq!(again, first);
    }
    // On a node that has never seen it, and has it in no memory.
    let third = cluster.node().await;
    let (again, replayed) = booked(third.accepted(command).await);
    assert!(replayed);
    assert_eq!(again, first);
    assert_eq!(cluster.events("BookingConfirmed").await, 1);
    cluster.audit().await;
}

#[tokio::test]
async fn another_request_under_the_key_is_refused_on_every_node() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let first = book_with_key(STUDIO, A, span("02T10:00", 60), "key-1");
    one.accepted(first).await;
    // Free slots, taken slots: the key is looked at before any rule.
    for start in ["02T12:00", "02T09:30"] {
        let changed = book_with_key(STUDIO, A, span(start, 60), "key-1");
        for node in [&one, &other] {
            assert_eq!(node.refused(changed.clone()).await, Rejection::KeyReused);
        }
    }
    cluster.audit().await;
}

#[tokio::test]
async fn a_cancelled_booking_is_replayed_and_not_made_again() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let command = book_with_key(STUDIO, A, span("02T10:00", 60), "key-1");
    let (first, _) = booked(one.accepted(command.clone()).await);
    one.accepted(cancel(first.id())).await;
    // Its slots are free, so a node that has not read the booking would make
    // it anew: the log refuses that, and the node reads it.
    let other = cluster.node().await;
    let (again, replayed) = booked(other.accepted(command).await);
    assert!(replayed);
    assert_eq!(again.confirmed, first.confirmed);
    assert!(!again.stands());
    assert_eq!(cluster.events("BookingConfirmed").await, 1);
    assert_eq!(cluster.events("SlotsBooked").await, 1);
    cluster.audit().await;
}

#[tokio::test]
async fn a_cancelled_booking_that_is_replayed_does_not_harm_the_batch_it_comes_in() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let command = book_with_key(STUDIO, A, span("02T10:00", 60), "key-1");
    let (first, _) = booked(one.accepted(command.clone()).await);
    one.accepted(cancel(first.id())).await;
    let other = cluster.node().await;
    let hours = (11..21).map(|hour| span(&format!("02T{hour}:00"), 60));
    let others = hours.map(|hour| book(STUDIO, B, hour));
    let commands: Vec<_> = std::iter::once(command).chain(others).collect();
    let calls = commands
        .into_iter()
        .map(|command| other.executor.execute(request(command)));
    let answers = join_all(calls).await;
    let replays = answers
        .into_iter()
        .map(|answer| booked(answer.unwrap().outcome).1);
    assert_eq!(replays.filter(|replayed| *replayed).count(), 1);
    assert_eq!(cluster.events("BookingConfirmed").await, 11);
    cluster.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_sent_many_times_at_once_books_once() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let command = book_with_key(STUDIO, A, span("02T10:00", 60), "key-1");
    let calls = (0..40).map(|nth| {
        let node = if nth % 2 == 0 { &one } else { &other };
        node.executor.execute(request(command.clone()))
    });
    let mut made = 0;
    for answer in join_all(calls).await {
        let (booking, replayed) = booked(answer.unwrap().outcome);
        assert_eq!(booking.span, span("02T10:00", 60));
        made += usize::from(!replayed);
    }
    assert_eq!(made, 1);
    assert_eq!(cluster.events("BookingConfirmed").await, 1);
    cluster.audit().await;
}

#[tokio::test]
async fn a_refusal_is_not_remembered_under_the_key() {
    let (_cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let (taken, _) = booked(node.accepted(book(STUDIO, B, span("02T10:00", 60))).await);
    let command = book_with_key(STUDIO, A, span("02T10:00", 60), "key-1");
    let refused = node.refused(command.clone()).await;
    assert!(matches!(refused, Rejection::Booked { .. }));
    node.accepted(cancel(taken.id())).await;
    let (_, replayed) = booked(node.accepted(command).await);
    assert!(!replayed);
}
