//! What happens when there is too much, or too late.

use std::time::Duration;

use domain::command::Command;
use eventlog::LockedHead;
use executor::{ExecutorLimits, Failure, Receipt};
use futures::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use tokio::time::timeout;

use crate::{
    cluster::{Cluster, DEADLINE, Node, request},
    commands::*,
};

/// Stops the appends of the studio's partition until it is dropped.
async fn stopped(node: &Node) -> LockedHead {
    node.log.lock_head(partition_of(STUDIO)).await.unwrap()
}

/// A node that has the studio's Monday in memory.
async fn warm(cluster: &Cluster, limits: ExecutorLimits) -> Node {
    let node = cluster.node_with(limits).await;
    node.accepted(book(STUDIO, A, span("02T08:00", 15))).await;
    node
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_answers_those_who_wait() {
    let (cluster, _) = Cluster::with_resources(&[STUDIO]).await;
    let limits = ExecutorLimits {
        queue: 4,
        ..ExecutorLimits::default()
    };
    let node = warm(&cluster, limits).await;
    let lock = stopped(&node).await;
    let book_at = |hour: u32| {
        let slot = span(&format!("02T{hour}:00"), 60);
        node.executor.execute(request(book(STUDIO, A, slot)))
    };
    let mut waiting: Vec<_> = (10..14).map(|hour| book_at(hour).boxed()).collect();
    for call in &mut waiting {
        assert!(call.now_or_never().is_none());
    }
    let busy = book_at(14).await;
    let Err(Failure::Busy { retry_after }) = busy else {
        panic!("{busy:?}");
    };
    assert!(retry_after > Duration::ZERO);
    drop(lock);
    for answer in join_all(waiting).await {
        answer.unwrap();
    }
    book_at(14).await.unwrap();
    assert_eq!(cluster.events("BookingConfirmed").await, 6);
    cluster.audit().await;
}

/// Asks until there is an answer: a busy machine can take longer than a hasty node waits.
async fn insisted(node: &Node, command: &Command) {
    let insisting = async { while node.execute(command.clone()).await.is_err() {} };
    timeout(DEADLINE, insisting).await.unwrap();
}

/// Waits until an append waits for the head's lock, or there is an answer before.
async fn answered_before_the_append(
    cluster: &Cluster,
    call: &mut BoxFuture<'_, Result<Receipt, Failure>>,
) -> Option<Result<Receipt, Failure>> {
    while waiting_appends(cluster).await == 0 {
        if let Some(answer) = call.now_or_never() {
            return Some(answer);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[tokio::test]
async fn who_waits_too_long_learns_what_is_known_and_a_given_up_command_is_never_decided() {
    let (cluster, _) = Cluster::with_resources(&[STUDIO]).await;
    let patient = warm(&cluster, ExecutorLimits::default()).await;
    let limits = ExecutorLimits {
        patience: Duration::from_millis(300),
        ..ExecutorLimits::default()
    };
    let hasty = cluster.node_with(limits).await;
    // Reads the day, so that what follows is decided at once.
    insisted(
        &hasty,
        &book_with_key(STUDIO, A, span("02T09:00", 15), "early"),
    )
    .await;

    let (mut bookings, mut hours) = (2, 13..24);
    loop {
        let hour = hours.next().expect("the machine is not so busy for long");
        let slot = span(&format!("02T{hour}:00"), 60);
        let lock = stopped(&patient).await;
        let mut begun = hasty.execute(book(STUDIO, A, slot)).boxed();
        // The owner is with the append before the second command comes.
        if let Some(early) = answered_before_the_append(&cluster, &mut begun).await {
            bookings += i64::from(matches!(early, Err(Failure::OutcomeUnknown)));
            continue;
        }
        let queued = hasty.execute(book(STUDIO, A, span("02T12:00", 60)));
        let (begun, queued) = futures::join!(begun, queued);
        assert!(matches!(begun, Err(Failure::OutcomeUnknown)), "{begun:?}");
        assert!(matches!(queued, Err(Failure::Unavailable(_))), "{queued:?}");
        bookings += 1;
        drop(lock);
        break;
    }

    // By the time that this is answered, the owner has passed over the other.
    insisted(&hasty, &leave(STUDIO, A)).await;
    assert_eq!(cluster.events("BookingConfirmed").await, bookings);
    patient
        .accepted(book(STUDIO, B, span("02T12:00", 60)))
        .await;
    cluster.audit().await;
}

async fn waiting_appends(cluster: &Cluster) -> i64 {
    cluster
        .count(
            "select count(*) from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'",
        )
        .await
}

#[tokio::test]
async fn a_caller_that_goes_away_takes_nothing_back() {
    let (cluster, _) = Cluster::with_resources(&[STUDIO]).await;
    let node = warm(&cluster, ExecutorLimits::default()).await;
    let lock = stopped(&node).await;
    let slot = span("02T10:00", 60);
    let call = node.execute(book(STUDIO, A, slot));
    assert!(call.now_or_never().is_none());
    drop(lock);
    let refused = node.refused(book(STUDIO, B, slot)).await;
    assert_eq!(refused.code(), "booked");
    assert_eq!(cluster.events("BookingConfirmed").await, 2);
}

#[tokio::test]
async fn on_shutdown_what_is_begun_is_answered_and_the_rest_is_refused() {
    let (cluster, _) = Cluster::with_resources(&[STUDIO]).await;
    let node = warm(&cluster, ExecutorLimits::default()).await;
    let lock = stopped(&node).await;
    let mut begun = node.execute(book(STUDIO, A, span("02T10:00", 60))).boxed();
    while waiting_appends(&cluster).await == 0 {
        assert!((&mut begun).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    let mut queued = node.execute(book(STUDIO, A, span("02T12:00", 60))).boxed();
    assert!((&mut queued).now_or_never().is_none());
    node.shutdown.cancel();
    let late = node.execute(book(STUDIO, A, span("02T14:00", 60))).await;
    assert!(matches!(late, Err(Failure::Stopping)), "{late:?}");
    drop(lock);
    let (begun, queued, ()) = futures::join!(begun, queued, node.stop());
    begun.unwrap();
    assert!(matches!(queued, Err(Failure::Stopping)), "{queued:?}");
    assert_eq!(cluster.events("BookingConfirmed").await, 2);
    cluster.audit().await;
}
