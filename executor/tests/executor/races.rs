//! Two nodes, one slot: one wins.

use domain::{calendar::Span, ids::SessionId, rejection::Rejection};
use futures::future::join_all;

use crate::{
    cluster::{Cluster, Node, request},
    commands::*,
};

/// What a crowd of callers was told.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    accepted: usize,
    booked: usize,
    held: usize,
}

/// Sends all at once, spread over the nodes.
async fn crowd(
    nodes: &[&Node],
    commands: impl IntoIterator<Item = domain::command::Command>,
) -> Tally {
    let calls = commands.into_iter().enumerate().map(|(nth, command)| {
        let executor = nodes[nth % nodes.len()].executor.clone();
        tokio::spawn(async move { executor.execute(request(command)).await })
    });
    let mut tally = Tally::default();
    for answer in join_all(calls.collect::<Vec<_>>()).await {
        match answer.unwrap() {
            Ok(_) => tally.accepted += 1,
            Err(refusal) => match crate::cluster::rejection(Err(refusal)) {
                Rejection::Booked { .. } => tally.booked += 1,
                Rejection::HeldByOther { .. } => tally.held += 1,
                other => panic!("refused for another reason: {other:?}"),
            },
        }
    }
    tally
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_a_hundred_parallel_bookings_over_two_nodes_wins() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    for round in 0..10 {
        let slot = span(&format!("02T{round:02}:00"), 60);
        let bookings = (0..100).map(|nth| book(STUDIO, session(nth), slot));
        let tally = crowd(&[&one, &other], bookings).await;
        let expected = Tally {
            accepted: 1,
            booked: 99,
            held: 0,
        };
        assert_eq!(tally, expected, "in round {round}");
        assert_eq!(cluster.events("BookingConfirmed").await, round + 1);
    }
    cluster.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_parallel_bookings_over_two_nodes_as_many_win_as_there_are_seats() {
    let (cluster, one) = Cluster::with_resources(&[]).await;
    one.accepted(put_with_seats(STUDIO, 3)).await;
    let other = cluster.node().await;
    for round in 0..10 {
        let slot = span(&format!("02T{round:02}:00"), 60);
        let bookings = (0..100).map(|nth| book(STUDIO, session(nth), slot));
        let tally = crowd(&[&one, &other], bookings).await;
        let expected = Tally {
            accepted: 3,
            booked: 97,
            held: 0,
        };
        assert_eq!(tally, expected, "in round {round}");
        assert_eq!(cluster.events("BookingConfirmed").await, 3 * (round + 1));
    }
    cluster.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bookings_and_holds_of_several_seats_that_meet_never_take_more_than_there_are() {
    let (cluster, one) = Cluster::with_resources(&[]).await;
    one.accepted(put_with_seats(STUDIO, 5)).await;
    let other = cluster.node().await;
    for round in 0..5 {
        // Half an hour is both's.
        let starts = ["00", "30"].map(|minute| format!("{:02}T12:{minute}", 2 + round));
        let commands = (0..60).map(|nth| {
            let span = span(&starts[nth % 2], 60);
            let (session, seats) = (session(nth as u128), [1, 2, 3][nth % 3]);
            match nth % 4 {
                0 | 1 => of_seats(book(STUDIO, session, span), seats),
                _ => of_seats(beat(STUDIO, session, span), seats),
            }
        });
        let tally = crowd(&[&one, &other], commands).await;
        assert!(tally.accepted >= 2, "{tally:?}");
    }
    cluster.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_spans_of_different_durations_never_both_stand() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    // Every span covers 12:00, whatever its length.
    let spans: [Span; 5] = [
        span("02T12:00", 15),
        span("02T11:30", 60),
        span("02T10:15", 120),
        span("02T09:00", 300),
        span("01T18:00", 1440),
    ];
    let sessions = (0..100).map(session);
    let bookings = sessions.zip(spans.into_iter().cycle());
    let bookings = bookings.map(|(session, span)| book(STUDIO, session, span));
    let tally = crowd(&[&one, &other], bookings).await;
    assert_eq!((tally.accepted, tally.booked), (1, 99));
    cluster.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bookings_lose_to_a_hold_and_the_holder_wins() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let slot = span("02T13:00", 60);
    one.accepted(beat(STUDIO, A, slot)).await;

    let strangers = (100..150).map(|nth| book(STUDIO, session(nth), slot));
    let tally = crowd(&[&one, &other], strangers).await;
    assert_eq!((tally.accepted, tally.held), (0, 50));

    let everybody = std::iter::once(A).chain((100..150).map(session));
    let bookings = everybody.map(|session: SessionId| book(STUDIO, session, slot));
    let tally = crowd(&[&other, &one], bookings).await;
    assert_eq!(tally.accepted, 1);
    assert_eq!(tally.booked + tally.held, 50);
    assert_eq!(cluster.events("HoldConsumed").await, 1);
    cluster.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_parallel_holds_over_two_nodes_wins() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let beats = (0..60).map(|nth| {
        let start = if nth % 2 == 0 { "02T13:00" } else { "02T13:30" };
        beat(STUDIO, session(nth), span(start, 60))
    });
    let tally = crowd(&[&one, &other], beats).await;
    assert_eq!((tally.accepted, tally.held), (1, 59));
    cluster.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_write_one_partition_at_once_both_get_on() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    // 600 quarter hours, each asked for on both nodes.
    let bookings = (0..1200_u32).map(|nth| {
        let (day, slot) = (2 + nth / 2 / 96, nth / 2 % 96);
        let start = format!("{day:02}T{:02}:{:02}", slot / 4, slot % 4 * 15);
        book(STUDIO, session(u128::from(nth)), span(&start, 15))
    });
    let tally = crowd(&[&one, &other], bookings).await;
    assert_eq!((tally.accepted, tally.booked), (600, 600));
    assert_eq!(cluster.events("BookingConfirmed").await, 600);
    cluster.audit().await;
}
