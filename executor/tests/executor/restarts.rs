//! What a node knows when it starts: what presence and the log tell it.

use domain::{decide::Outcome, ids::SessionId, rejection::Rejection, resource::LEASE_SHORTEST_MS};
use executor::ExecutorLimits;
use projections::runner::{self, ViewProgress};
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::{Cluster, DEADLINE, Node},
    commands::*,
};

impl Cluster {
    /// Runs the projections until the views have all that is in the log.
    pub(crate) async fn project(&self, node: &Node) {
        let shutdown = CancellationToken::new();
        let progress = ViewProgress::new(&node.log);
        let running = runner::run(
            node.log.clone(),
            node.leases.clone(),
            progress,
            shutdown.clone(),
        );
        let caught_up = async {
            let behind = "select count(*) from heads where position > 0 and not exists (
                 select from checkpoints
                 where checkpoints.partition = heads.partition
                     and checkpoints.view = 'presence'
                     and checkpoints.position = heads.position
             )";
            while self.count(behind).await > 0 {}
            shutdown.cancel();
        };
        let both = async { tokio::join!(running, caught_up) };
        tokio::time::timeout(DEADLINE, both).await.unwrap();
    }
}

#[tokio::test]
async fn holds_are_known_from_presence_and_from_the_log_after_it() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let at = |hour: u32| span(&format!("02T{hour:02}:00"), 60);
    let sessions: [SessionId; 4] = [A, B, session(3), session(4)];
    let mut holds = Vec::new();
    for (hour, session) in (10..13).zip(sessions) {
        holds.push(held(node.accepted(beat(STUDIO, session, at(hour))).await));
    }
    cluster.project(&node).await;
    assert_eq!(cluster.count("select count(*) from presence").await, 3);
    // After the checkpoint: one is left, one moves, one is new.
    node.accepted(leave(STUDIO, sessions[0])).await;
    let moved = held(node.accepted(beat(STUDIO, sessions[1], at(15))).await);
    let new = held(node.accepted(beat(STUDIO, sessions[3], at(16))).await);
    node.stop().await;

    let node = cluster.node().await;
    for hold in &holds[..2] {
        let lost = node.refused(renew(hold)).await;
        assert_eq!(lost, Rejection::HoldLost { hold_id: hold.id });
    }
    for hold in [&holds[2], &moved, &new] {
        let again = node.accepted(renew(hold)).await;
        assert_eq!(again, Outcome::Held(hold.clone()));
    }
    cluster.audit().await;
}

#[tokio::test]
async fn a_command_is_decided_after_all_that_is_overdue_has_ended() {
    let cluster = Cluster::new().await;
    let node = cluster.node_without_duties().await;
    node.accepted(put_with_lease(STUDIO, LEASE_SHORTEST_MS))
        .await;
    node.accepted(beat(STUDIO, A, span("05T00:00", HIRE))).await;
    node.accepted(beat(STUDIO, session(3), span("07T20:00", 15)))
        .await;
    let last = held(
        node.accepted(beat(STUDIO, session(4), span("02T14:00", HIRE)))
            .await,
    );
    node.stop().await;
    let due = async { while node.log.read_clock().await.unwrap() < last.lease_expires_at {} };
    tokio::time::timeout(DEADLINE, due).await.unwrap();

    // Tuesday is in the middle of the last hold, whose other days must be read
    // too; and one append ends one hold.
    let limits = ExecutorLimits {
        expire_batch: 1,
        ..ExecutorLimits::default()
    };
    let before = cluster.appends().await;
    let node = cluster.node_without_duties_with(limits).await;
    node.accepted(book(STUDIO, B, span("03T12:00", 60))).await;
    assert_eq!(cluster.events("HoldExpired").await, 6);
    // The last one ends in the booking's own append.
    assert_eq!(cluster.appends().await, before + 3);
    cluster.audit().await;
}

#[tokio::test]
async fn bookings_are_known_after_a_restart() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let slot = span("02T10:00", 60);
    let (booking, _) = booked(node.accepted(book(STUDIO, A, slot)).await);
    node.stop().await;
    let node = cluster.node().await;
    let refused = node.refused(book(STUDIO, B, span("02T10:30", 60))).await;
    assert_eq!(refused.code(), "booked");
    node.accepted(reschedule(booking.id(), span("02T10:15", 60)))
        .await;
    cluster.audit().await;
}
