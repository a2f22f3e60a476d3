//! Group commit, and what a batch writes.

use domain::{ids::BookingId, rejection::Rejection};
use eventlog::Position;
use executor::Failure;
use futures::future::join_all;

use crate::{
    cluster::{Cluster, request},
    commands::*,
};

/// The quarter hours of `days` days from Monday on.
fn quarters(days: u32) -> impl Iterator<Item = domain::calendar::Span> {
    let quarters = (2..2 + days).flat_map(|day| (0..96).map(move |slot| (day, slot)));
    quarters.map(|(day, slot)| {
        let start = format!("{day:02}T{:02}:{:02}", slot / 4, slot % 4 * 15);
        span(&start, 15)
    })
}

#[tokio::test]
async fn commands_that_queue_up_together_share_an_append() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let before = cluster.appends().await;
    let commands = quarters(4).map(|quarter| book(STUDIO, A, quarter));
    let calls = commands.map(|command| node.executor.execute(request(command)));
    for answer in join_all(calls.collect::<Vec<_>>()).await {
        answer.unwrap();
    }
    assert_eq!(cluster.events("BookingConfirmed").await, 384);
    // Each of the four days is cold when its first booking comes.
    let appends = cluster.appends().await - before;
    assert!(appends <= 8, "{appends} appends");
    cluster.audit().await;
}

#[tokio::test]
async fn a_command_sees_what_the_ones_before_it_in_the_batch_did() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let slot = span("02T10:00", 60);
    node.accepted(book(STUDIO, B, span("02T08:00", 15))).await;
    let calls = [
        beat(STUDIO, A, slot),
        beat(STUDIO, B, slot),
        book(STUDIO, A, slot),
        beat(STUDIO, A, slot),
    ];
    let calls = calls.map(|command| node.executor.execute(request(command)));
    let [hold, stranger, booking, late] = join_all(calls).await.try_into().unwrap();
    held(hold.unwrap().outcome);
    let stranger = crate::cluster::rejection(stranger);
    assert!(matches!(stranger, Rejection::HeldByOther { .. }));
    booked(booking.unwrap().outcome);
    let late = crate::cluster::rejection(late);
    assert!(matches!(late, Rejection::Booked { .. }));
    cluster.audit().await;
}

#[tokio::test]
async fn a_refusal_writes_nothing_and_names_the_head() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let slot = span("02T10:00", 60);
    let receipt = one.execute(book(STUDIO, A, slot)).await.unwrap();
    let written = cluster.count("select count(*) from events").await;
    for node in [&one, &other] {
        let refused = node.execute(book(STUDIO, B, slot)).await;
        let Err(Failure::Rejected { position, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(position, receipt.position);
    }
    assert_eq!(cluster.count("select count(*) from events").await, written);
    cluster.audit().await;
}

#[tokio::test]
async fn a_receipt_names_the_commands_own_last_event() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let calls = quarters(1).take(20).map(|quarter| {
        let call = request(book(STUDIO, A, quarter));
        node.executor.execute(call)
    });
    for answer in join_all(calls.collect::<Vec<_>>()).await {
        let receipt = answer.unwrap();
        let (booking, _) = booked(receipt.outcome);
        let (position, at): (i64, chrono::DateTime<chrono::Utc>) = sqlx::query_as(
            "select max(position), max(recorded_at) from events where booking_id = $1",
        )
        .bind(booking.id().uuid())
        .fetch_one(cluster.database.pool())
        .await
        .unwrap();
        assert_eq!(
            receipt.position.position,
            Position::new(position.unsigned_abs())
        );
        assert_eq!(receipt.decided_at, at.into());
        assert_eq!(receipt.position.epoch, node.log.epoch());
    }
}

#[tokio::test]
async fn events_tell_who_caused_them_and_bookings_have_their_keys() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let booking = node.accepted(book(STUDIO, A, span("02T10:00", 60))).await;
    let booking: BookingId = booked(booking).0.id();
    let told: Vec<(String, String, String)> = sqlx::query_as(
        "select metadata->>'actorId', metadata->>'requestId', metadata->>'causation'
         from events where booking_id = $1 order by position",
    )
    .bind(booking.uuid())
    .fetch_all(cluster.database.pool())
    .await
    .unwrap();
    let expected = ["test", "request-1", "BookSlots"].map(String::from);
    assert_eq!(told.len(), 2);
    for (actor, request, causation) in told {
        assert_eq!([actor, request, causation], expected);
    }
    let key = node.log.booking_key(booking).await.unwrap().unwrap();
    assert_eq!(key.0, vec![9; 72]);
}
