//! Holds end one lease after their last renewal, whatever becomes of the nodes.

use std::{sync::Arc, time::Duration};

use domain::{
    event::Event,
    hold::Hold,
    resource::LEASE_SHORTEST_MS,
    resource_day::{HoldExpired, ResourceDayEvent},
};
use eventlog::{Actor, Duty, RecordedEvent};
use executor::ExecutorLimits;
use futures::future::join_all;
use tokio::runtime::Builder;

use crate::{
    cluster::{Cluster, DEADLINE, Node, request},
    commands::*,
};

/// A cluster whose studio has the shortest lease there is.
async fn short_leases() -> (Cluster, Node) {
    let cluster = Cluster::new().await;
    let node = cluster.node().await;
    node.accepted(put_with_lease(STUDIO, LEASE_SHORTEST_MS))
        .await;
    (cluster, node)
}

/// Waits for the event that ends `hold` by its lease, and checks it.
async fn expired(node: &Node, hold: &Hold) -> (RecordedEvent, HoldExpired) {
    let is_end = |event: &ResourceDayEvent| match event {
        ResourceDayEvent::HoldExpired(expired) => expired.hold_id == hold.id,
        _ => false,
    };
    let recorded = node.event_of(hold.resource.as_str(), is_end).await;
    let Event::ResourceDay(ResourceDayEvent::HoldExpired(expired)) = recorded.event.clone() else {
        unreachable!("it is the event that was looked for");
    };
    assert_eq!(expired.lease_expires_at, hold.lease_expires_at);
    assert!(recorded.recorded_at >= hold.lease_expires_at);
    assert_eq!(recorded.metadata.actor, Actor::System);
    assert_eq!(recorded.metadata.causation, "Expiry");
    (recorded, expired)
}

#[tokio::test]
async fn a_hold_ends_by_itself_one_lease_after_its_last_renewal() {
    let (cluster, node) = short_leases().await;
    let span = span("02T14:00", HIRE);
    let mut hold = held(node.accepted(beat(STUDIO, A, span)).await);
    let renewing = async {
        while hold.renewals == 0 {
            hold = held(node.accepted(renew(&hold)).await);
        }
    };
    tokio::time::timeout(DEADLINE, renewing).await.unwrap();
    let (_, expired) = expired(&node, &hold).await;
    assert_eq!(expired.renewals, 1);
    assert_eq!(
        expired.lease_expires_at,
        hold.renewed_at.plus_ms(LEASE_SHORTEST_MS.into())
    );
    assert_eq!(cluster.events("HoldExpired").await, 3);
    node.accepted(book(STUDIO, B, span)).await;
    cluster.audit().await;
}

#[tokio::test]
async fn a_hold_ends_on_the_node_that_is_left() {
    let cluster = Arc::new(Cluster::new().await);
    // A runtime of its own, so that all of the node stops at one instant.
    let doomed = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let placing = {
        let cluster = cluster.clone();
        async move {
            let node = cluster.node().await;
            node.accepted(put_with_lease(STUDIO, LEASE_SHORTEST_MS))
                .await;
            node.leases
                .acquired(Duty::Expiry, partition_of(STUDIO))
                .await;
            let hold = held(node.accepted(beat(STUDIO, A, span("02T13:00", 60))).await);
            (node, hold)
        }
    };
    let (dead, hold) = doomed.spawn(placing).await.unwrap();
    let node = cluster.node().await;
    doomed.shutdown_background();
    expired(&node, &hold).await;
    node.accepted(book(STUDIO, B, span("02T13:00", 60))).await;
    drop(dead);
    cluster.audit().await;
}

#[tokio::test]
async fn a_hold_ends_after_all_nodes_were_restarted() {
    let (cluster, node) = short_leases().await;
    let hold = held(node.accepted(beat(STUDIO, A, span("02T14:00", HIRE))).await);
    node.stop().await;
    // The hold's days are cold, and the memory has room for one of them.
    let limits = ExecutorLimits {
        cached_streams: 1,
        ..ExecutorLimits::default()
    };
    let node = cluster.node_with(limits).await;
    expired(&node, &hold).await;
    assert_eq!(cluster.events("HoldExpired").await, 3);
    cluster.audit().await;
}

#[tokio::test]
async fn a_hold_blocks_until_its_end_and_a_command_ends_what_is_due() {
    let (cluster, node) = short_leases().await;
    let node = {
        node.stop().await;
        cluster.node_without_duties().await
    };
    let hold = held(node.accepted(beat(STUDIO, A, span("02T13:00", 60))).await);
    let booking = async {
        loop {
            let command = book(STUDIO, B, span("02T13:30", 60));
            match node.execute(command).await {
                Ok(receipt) => return receipt,
                refused => {
                    assert_eq!(crate::cluster::rejection(refused).code(), "held_by_other");
                }
            }
        }
    };
    let receipt = tokio::time::timeout(DEADLINE, booking).await.unwrap();
    assert!(receipt.decided_at >= hold.lease_expires_at);
    let (end, _) = expired(&node, &hold).await;
    // In the same append, before the booking.
    assert_eq!(end.recorded_at, receipt.decided_at);
    assert!(end.position < receipt.position.position);
    cluster.audit().await;
}

#[tokio::test]
async fn an_idle_node_without_the_duty_ends_what_others_left_long_overdue() {
    let (cluster, node) = short_leases().await;
    node.stop().await;
    let idle = cluster.node_without_duties().await;
    idle.accepted(leave(STUDIO, B)).await;
    // Placed elsewhere, after the idle node's last command.
    let gone = cluster.node_without_duties().await;
    let hold = held(gone.accepted(beat(STUDIO, A, span("02T13:00", 60))).await);
    gone.stop().await;
    let (end, _) = expired(&idle, &hold).await;
    let overdue = end.recorded_at.since(hold.lease_expires_at);
    assert!(overdue >= Duration::from_secs(4));
}

#[tokio::test]
async fn holds_that_are_due_at_once_end_in_bounded_batches() {
    let cluster = Cluster::new().await;
    let limits = ExecutorLimits {
        expire_batch: 100,
        cached_streams: 4,
        ..ExecutorLimits::default()
    };
    let node = cluster.node_with(limits).await;
    node.accepted(put_with_lease(STUDIO, LEASE_SHORTEST_MS))
        .await;
    let quarters = (2..12).flat_map(|day| (0..96).map(move |slot| (day, slot)));
    let beats = quarters.map(|(day, slot)| {
        let start = format!("{day:02}T{:02}:{:02}", slot / 4, slot % 4 * 15);
        let session = session(day * 96 + slot);
        node.executor
            .execute(request(beat(STUDIO, session, span(&start, 15))))
    });
    let answers = join_all(beats.collect::<Vec<_>>()).await;
    let mut last: Option<Hold> = None;
    for answer in answers {
        let hold = held(answer.unwrap().outcome);
        let later = last
            .as_ref()
            .is_none_or(|last| (last.lease_expires_at, last.id) < (hold.lease_expires_at, hold.id));
        if later {
            last = Some(hold);
        }
    }
    expired(&node, &last.unwrap()).await;
    assert_eq!(cluster.events("HoldExpired").await, 960);
    let most = cluster
        .count(
            "select max(ended) from (
                 select count(*) as ended from (
                     select event_type, count(tip) over (order by position desc) as append
                     from events where partition = (
                         select partition from events where event_type = 'HoldExpired' limit 1
                     )
                 ) as event
                 where event_type = 'HoldExpired' group by append
             ) as append",
        )
        .await;
    assert!(most <= 100, "{most} in one append");
    cluster.audit().await;
}
