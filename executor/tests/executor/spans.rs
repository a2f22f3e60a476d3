//! Bookings of several days: all of it or nothing.

use domain::{calendar::Day, decide::Outcome, rejection::Rejection};

use crate::{
    cluster::{Cluster, rejection},
    commands::*,
};

async fn busy_days(cluster: &Cluster) -> Vec<(String, i64)> {
    sqlx::query_as(
        "select day::text, sum(length(replace(mask::text, '0', ''))) from events
         where event_type = 'SlotsBooked' group by day order by day",
    )
    .fetch_all(cluster.database.pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_hire_from_monday_to_wednesday_takes_three_days_in_one_append() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let before = cluster.appends().await;
    let (booking, _) = booked(node.accepted(book(STUDIO, A, span("02T14:00", HIRE))).await);
    assert_eq!(
        booking.span.last_day(),
        "2040-01-04".parse::<Day>().unwrap()
    );
    let expected = [("2040-01-02", 40), ("2040-01-03", 96), ("2040-01-04", 40)];
    let expected = expected.map(|(day, slots)| (day.to_owned(), slots));
    assert_eq!(busy_days(&cluster).await, expected);
    assert_eq!(cluster.appends().await, before + 1);
    cluster.audit().await;
}

#[tokio::test]
async fn with_wednesday_taken_monday_and_tuesday_stay_free() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    one.accepted(book(STUDIO, B, span("04T09:00", 60))).await;
    let refused = other.refused(book(STUDIO, A, span("02T14:00", HIRE))).await;
    let Rejection::Booked { conflicts } = refused else {
        panic!("{refused:?}");
    };
    let (start, end) = conflicts.intervals()[0];
    assert_eq!(
        (start, end),
        (span("04T09:00", 60).start(), span("04T09:00", 60).end())
    );
    assert_eq!(busy_days(&cluster).await, [("2040-01-04".to_owned(), 4)]);
    // The days that were refused can still be had.
    one.accepted(book(STUDIO, A, span("02T14:00", 60))).await;
    one.accepted(book(STUDIO, A, span("03T00:00", 1440))).await;
    cluster.audit().await;
}

#[tokio::test]
async fn a_booking_moves_over_its_own_slots_on_any_node() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let (booking, _) = booked(one.accepted(book(STUDIO, A, span("02T14:00", HIRE))).await);
    let later = span("03T08:00", HIRE);
    let moved = other.accepted(reschedule(booking.id(), later)).await;
    let Outcome::Rescheduled(moved) = moved else {
        panic!("{moved:?}");
    };
    assert_eq!(moved.span, later);
    // Monday is free again, and Thursday is not.
    one.accepted(book(STUDIO, B, span("02T14:00", 300))).await;
    let refused = one.refused(book(STUDIO, B, span("05T03:00", 60))).await;
    assert!(matches!(refused, Rejection::Booked { .. }));
    cluster.audit().await;
}

#[tokio::test]
async fn a_move_that_is_refused_leaves_the_booking_where_it_is() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let (booking, _) = booked(node.accepted(book(STUDIO, A, span("02T10:00", 60))).await);
    node.accepted(book(STUDIO, B, span("03T10:00", 60))).await;
    let written = cluster.count("select count(*) from events").await;
    let refused = node
        .refused(reschedule(booking.id(), span("03T09:30", 60)))
        .await;
    assert!(matches!(refused, Rejection::Booked { .. }));
    assert_eq!(cluster.count("select count(*) from events").await, written);
    let refused = node.refused(book(STUDIO, B, span("02T10:00", 60))).await;
    assert!(matches!(refused, Rejection::Booked { .. }));
}

#[tokio::test]
async fn what_is_cancelled_is_free_and_cancelling_again_answers_the_same() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let (booking, _) = booked(one.accepted(book(STUDIO, A, span("02T14:00", HIRE))).await);
    let first = one.accepted(cancel(booking.id())).await;
    let written = cluster.count("select count(*) from events").await;
    let again = other.accepted(cancel(booking.id())).await;
    assert_eq!(first, again);
    assert_eq!(cluster.count("select count(*) from events").await, written);
    other
        .accepted(book(STUDIO, B, span("03T00:00", 1440)))
        .await;
    cluster.audit().await;
}

#[tokio::test]
async fn a_booking_of_another_log_is_unknown() {
    let (_cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let foreign =
        domain::ids::BookingId::from_bits(domain::partition::Partition::new(977), [5; 16]);
    let refused = node.execute(cancel(foreign)).await;
    assert_eq!(rejection(refused), Rejection::BookingUnknown(foreign));
}

#[tokio::test]
async fn resources_leave_each_other_alone() {
    let names = ["studio-a", "studio-b", "studio-c", "studio-d"];
    let (cluster, node) = Cluster::with_resources(&names).await;
    let slot = span("02T13:00", 60);
    for name in names {
        node.accepted(beat(name, A, slot)).await;
    }
    for name in names {
        node.accepted(book(name, A, slot)).await;
    }
    assert_eq!(cluster.events("HoldConsumed").await, 4);
    cluster.audit().await;
}
