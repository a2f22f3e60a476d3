//! A hold from its first beat to its end.

use domain::{
    calendar::Span,
    command::{Asker, Command, Leave, RescheduleBooking},
    decide::Outcome,
    hold::Hold,
    ids::HoldId,
    rejection::Rejection,
};
use futures::future::join_all;

use crate::{
    cluster::{Cluster, random_id, rejection, request},
    commands::*,
};

fn at_13() -> Span {
    span("02T13:00", 60)
}

fn conflict(rejection: &Rejection) -> Span {
    let Rejection::HeldByOther { conflicts } = rejection else {
        panic!("{rejection:?}");
    };
    let (start, end) = conflicts.intervals()[0];
    let minutes = u32::try_from(end.since(start).as_secs() / 60).unwrap();
    Span::new(
        start,
        domain::calendar::SlotCount::from_minutes(minutes).unwrap(),
    )
    .unwrap()
}

#[tokio::test]
async fn a_hold_blocks_what_overlaps_it_on_every_node_and_nothing_else() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    one.accepted(beat(STUDIO, A, at_13())).await;
    for command in [
        beat(STUDIO, B, span("02T10:00", 300)),
        book(STUDIO, B, span("02T10:00", 300)),
    ] {
        assert_eq!(conflict(&other.refused(command).await), at_13());
    }
    other.accepted(beat(STUDIO, B, span("02T14:00", 300))).await;
    cluster.audit().await;
}

#[tokio::test]
async fn a_beat_that_follows_at_once_is_answered_without_an_event() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let first = held(one.accepted(beat(STUDIO, A, at_13())).await);
    for node in [&one, &other] {
        let again = held(node.accepted(beat(STUDIO, A, at_13())).await);
        assert_eq!(again, first);
        let again = held(node.accepted(renew(&first)).await);
        assert_eq!(again, first);
    }
    assert_eq!(cluster.events("HoldPlaced").await, 1);
    assert_eq!(cluster.events("HoldRenewed").await, 0);
}

#[tokio::test]
async fn a_hold_moves_in_one_append() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let first = held(one.accepted(beat(STUDIO, A, at_13())).await);
    let appends = cluster.appends().await;
    let moved = held(other.accepted(beat(STUDIO, A, span("02T13:30", 60))).await);
    assert_ne!(moved.id, first.id);
    assert_eq!(cluster.appends().await, appends + 1);
    // The half hour that it let go of can be had.
    one.accepted(book(STUDIO, B, span("02T13:00", 30))).await;
    assert_eq!(cluster.events("HoldReleased").await, 1);
    cluster.audit().await;
}

#[tokio::test]
async fn a_beat_that_names_a_hold_does_not_bring_it_back_after_leave() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let hold = held(one.accepted(beat(STUDIO, A, at_13())).await);
    let left = other.accepted(leave(STUDIO, A)).await;
    assert_eq!(left, Outcome::Left);
    for node in [&one, &other] {
        let lost = node.refused(renew(&hold)).await;
        assert_eq!(lost, Rejection::HoldLost { hold_id: hold.id });
    }
    assert_eq!(cluster.events("HoldPlaced").await, 1);
    one.accepted(book(STUDIO, B, at_13())).await;
    cluster.audit().await;
}

#[tokio::test]
async fn leaving_what_one_does_not_have_is_answered_and_writes_nothing() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    node.accepted(beat(STUDIO, A, at_13())).await;
    let stranger = Command::Leave(Leave {
        resource: STUDIO.parse().unwrap(),
        session: A,
        hold: Some(HoldId::new(random_id())),
    });
    assert_eq!(node.accepted(leave(STUDIO, B)).await, Outcome::Left);
    assert_eq!(node.accepted(stranger).await, Outcome::Left);
    assert_eq!(cluster.events("HoldReleased").await, 0);
}

#[tokio::test]
async fn another_sessions_hold_can_be_neither_renewed_nor_consumed() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let hold = held(node.accepted(beat(STUDIO, A, at_13())).await);
    let stolen = renew(&Hold {
        session: B,
        ..hold.clone()
    });
    let lost = node.refused(stolen).await;
    assert_eq!(lost, Rejection::HoldLost { hold_id: hold.id });
    let refused = node.refused(book(STUDIO, B, at_13())).await;
    assert_eq!(conflict(&refused), at_13());
    assert_eq!(cluster.events("HoldConsumed").await, 0);
}

#[tokio::test]
async fn a_booking_consumes_its_sessions_hold_in_its_own_append() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let hold = held(one.accepted(beat(STUDIO, A, span("02T14:00", HIRE))).await);
    let appends = cluster.appends().await;
    other
        .accepted(book(STUDIO, A, span("02T14:00", HIRE)))
        .await;
    assert_eq!(cluster.appends().await, appends + 1);
    assert_eq!(cluster.events("HoldConsumed").await, 3);
    let lost = one.refused(renew(&hold)).await;
    assert_eq!(lost, Rejection::HoldLost { hold_id: hold.id });
    cluster.audit().await;
}

#[tokio::test]
async fn a_booking_that_moves_consumes_its_sessions_hold() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let (booking, _) = booked(node.accepted(book(STUDIO, A, span("02T10:00", 60))).await);
    node.accepted(beat(STUDIO, A, at_13())).await;
    let moved = |session| {
        Command::RescheduleBooking(RescheduleBooking {
            booking: booking.id(),
            span: at_13(),
            session,
            asker: Asker::Visitor,
        })
    };
    let refused = node.refused(moved(None)).await;
    assert_eq!(conflict(&refused), at_13());
    node.accepted(moved(Some(A))).await;
    assert_eq!(cluster.events("HoldConsumed").await, 1);
    cluster.audit().await;
}

#[tokio::test]
async fn a_leave_is_decided_after_the_beat_that_was_sent_before_it() {
    let names: Vec<String> = (0..20).map(|nth| format!("studio-{nth}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (cluster, _) = Cluster::with_resources(&names).await;
    // On this node every stream is cold, and a beat needs more of them than a
    // leave does.
    let node = cluster.node().await;
    let calls = names.iter().flat_map(|name| {
        let beat = beat(name, A, span("02T14:00", HIRE));
        [beat, leave(name, A)].map(|command| node.executor.execute(request(command)))
    });
    for answer in join_all(calls).await {
        answer.unwrap();
    }
    assert_eq!(cluster.events("HoldPlaced").await, 60);
    assert_eq!(cluster.events("HoldReleased").await, 60);
    cluster.audit().await;
}

#[tokio::test]
async fn a_retired_resource_takes_no_holds_and_keeps_its_bookings() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    other.accepted(book(STUDIO, A, at_13())).await;
    let id: domain::ids::ResourceId = STUDIO.parse().unwrap();
    one.accepted(Command::RetireResource(id.clone())).await;
    let refused = other.execute(beat(STUDIO, B, span("02T16:00", 60))).await;
    assert_eq!(rejection(refused), Rejection::ResourceRetired(id));
    other.accepted(put(STUDIO)).await;
    let refused = one.refused(book(STUDIO, B, at_13())).await;
    assert!(matches!(refused, Rejection::Booked { .. }));
    cluster.audit().await;
}
