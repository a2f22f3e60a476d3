//! Nodes whose log loses old renewals.

use std::time::Duration;

use domain::{
    command::{Command, Heartbeat},
    decide::Outcome,
    hold::{Hold, Lease},
};
use eventlog::{
    Duty, Program, require_fit,
    retention::{self, Kept, Scope},
};
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::{Cluster, DEADLINE, Node},
    commands::*,
};

/// A beat for the other lease is never too young to be an event.
fn other_lease(hold: &Hold) -> Command {
    let Command::Heartbeat(beat) = renew(hold) else {
        panic!("a renewal is a beat");
    };
    let lease = match hold.lease {
        Lease::Presence => Lease::Checkout,
        Lease::Checkout => Lease::Presence,
    };
    Command::Heartbeat(Heartbeat { lease, ..beat })
}

impl Cluster {
    /// Lets a node empty what is old, everything that is, until nothing is left.
    async fn compact(&self, node: &Node) {
        let shutdown = CancellationToken::new();
        let partition = partition_of(STUDIO);
        let acquired = node.leases.acquired(Duty::Retention, partition);
        tokio::time::timeout(DEADLINE, acquired).await.unwrap();
        let running = retention::keep(
            node.log.clone(),
            node.leases.clone(),
            Kept {
                renewals: Duration::ZERO,
                holds: Duration::ZERO,
            },
            shutdown.clone(),
        );
        let emptied = async {
            let full = "select count(*) from events
                where event_type = 'HoldRenewed' and payload is not null";
            while self.count(full).await > 0 {}
            shutdown.cancel();
        };
        let both = async { tokio::join!(running, emptied) };
        tokio::time::timeout(DEADLINE, both).await.unwrap();
    }
}

#[tokio::test]
async fn nodes_decide_the_same_after_old_renewals_are_emptied() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let at_10 = span("02T10:00", 60);
    let mut hold = held(node.accepted(beat(STUDIO, A, at_10)).await);
    for _ in 0..3 {
        hold = held(node.accepted(other_lease(&hold)).await);
    }
    node.accepted(leave(STUDIO, A)).await;
    let (booking, _) = booked(node.accepted(book(STUDIO, B, span("02T11:00", 60))).await);
    cluster.compact(&node).await;
    assert_eq!(cluster.events("RenewalsCompacted").await, 1);

    // The node that has the day in memory, and one that reads it.
    let fresh = cluster.node().await;
    for node in [&node, &fresh] {
        let refused = node.refused(beat(STUDIO, A, span("02T11:30", 60))).await;
        assert_eq!(refused.code(), "booked");
        let new = held(node.accepted(beat(STUDIO, A, at_10)).await);
        assert_ne!(new.id, hold.id);
        assert_eq!(node.accepted(leave(STUDIO, A)).await, Outcome::Left);
    }
    fresh
        .accepted(reschedule(booking.id(), span("02T10:30", 60)))
        .await;
    cluster.audit().await;
}

#[tokio::test]
async fn nodes_decide_the_same_after_old_holds_are_emptied() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let spans = ["02T10:00", "02T10:15", "02T10:30"].map(|start| span(start, 60));
    let mut last = held(node.accepted(beat(STUDIO, A, spans[0])).await);
    for moved_to in spans.iter().skip(1) {
        last = held(node.accepted(beat(STUDIO, A, *moved_to)).await);
    }
    node.accepted(leave(STUDIO, A)).await;
    let (booking, _) = booked(node.accepted(book(STUDIO, B, span("02T12:00", 60))).await);
    let partition = partition_of(STUDIO);
    let mut connection = node.log.pool().acquire().await.unwrap();
    let now = node.log.read_clock().await.unwrap().plus_ms(1_000);
    let floor = "select least(server, tool) from schema_floor";
    let knows_holds = 20_261_201_000_021;
    assert!(cluster.count(floor).await < knows_holds);
    let step = retention::compact(&mut connection, partition, Scope::Holds, now, now).await;
    assert_eq!(step.unwrap().emptied, 6);
    // Programs that do not know what is told of it are refused, and these are not.
    assert_eq!(cluster.count(floor).await, knows_holds);
    for program in [Program::Server, Program::Tool] {
        require_fit(&mut connection, program).await.unwrap();
    }
    assert_eq!(cluster.events("HoldsCompacted").await, 1);

    // The node that has the day in memory, and one that reads it.
    let fresh = cluster.node().await;
    for node in [&node, &fresh] {
        let refused = node.refused(beat(STUDIO, A, span("02T12:30", 60))).await;
        assert_eq!(refused.code(), "booked");
        let new = held(node.accepted(beat(STUDIO, A, spans[2])).await);
        assert_ne!(new.id, last.id);
        assert_eq!(node.accepted(leave(STUDIO, A)).await, Outcome::Left);
    }
    fresh
        .accepted(reschedule(booking.id(), span("02T10:30", 60)))
        .await;
    cluster.audit().await;
}
