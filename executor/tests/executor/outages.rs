//! Answers stay true when the database goes away, comes back, or comes back as
//! another.

use std::sync::Arc;

use domain::{command::Command, decide::Outcome, rejection::Rejection};
use executor::{Failure, Receipt};
use futures::FutureExt;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::{Cluster, DEADLINE, Node, request},
    commands::*,
};

impl Cluster {
    /// Ends every connection of the nodes.
    async fn cut(&self) -> i64 {
        self.count(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity
             where datname = current_database() and application_name = 'slotkeeper'",
        )
        .await
    }

    /// Stops the database for the nodes, or lets them in again.
    pub(crate) async fn allow(&self, connections: bool) {
        let options = self.database.options();
        let name: String = sqlx::query_scalar("select current_database()::text")
            .fetch_one(self.database.pool())
            .await
            .unwrap();
        let mut elsewhere = PgConnection::connect_with(&options.database("postgres"))
            .await
            .unwrap();
        let statement = format!("alter database {name} with allow_connections {connections}");
        sqlx::query(&statement)
            .execute(&mut elsewhere)
            .await
            .unwrap();
    }

    /// Takes the log of a partition back to where it was after `keep` events,
    /// as a restore of a backup does.
    async fn restore(&self, partition: i16, keep: i64) {
        let mut transaction = self.database.pool().begin().await.unwrap();
        sqlx::query("delete from events where partition = $1 and position > $2")
            .bind(partition)
            .bind(keep)
            .execute(&mut *transaction)
            .await
            .unwrap();
        sqlx::query(
            "update heads set position = $2, tip = event.tip, last_at = event.recorded_at
             from events as event
             where heads.partition = $1 and event.partition = $1 and event.position = $2",
        )
        .bind(partition)
        .bind(keep)
        .execute(&mut *transaction)
        .await
        .unwrap();
        sqlx::query(
            "delete from booking_keys where partition = $1 and booking_id not in (
                 select booking_id from events
                 where partition = $1 and event_type = 'BookingConfirmed'
             )",
        )
        .bind(partition)
        .execute(&mut *transaction)
        .await
        .unwrap();
        transaction.commit().await.unwrap();
    }
}

fn studio_partition() -> i16 {
    i16::try_from(partition_of(STUDIO).get()).unwrap()
}

/// Asks again until it is known whether it was done; true when it was made by
/// an earlier try of which that was not known.
async fn insist(node: &Node, command: Command) -> Result<Receipt, Rejection> {
    let asking = async {
        loop {
            match node.executor.execute(request(command.clone())).await {
                Ok(receipt) => return Ok(receipt),
                Err(Failure::Rejected { rejection, .. }) => return Err(rejection),
                Err(Failure::Unavailable(_) | Failure::OutcomeUnknown) => {
                    tokio::task::yield_now().await;
                }
                Err(failure) => panic!("{failure}"),
            }
        }
    };
    tokio::time::timeout(DEADLINE, asking).await.unwrap()
}

#[tokio::test]
async fn an_append_whose_connection_is_cut_is_answered_truly() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    node.accepted(book(STUDIO, A, span("02T08:00", 60))).await;
    let lock = node.log.lock_head(partition_of(STUDIO)).await.unwrap();
    let command = book(STUDIO, A, span("02T10:00", 60));
    let mut call = node.execute(command.clone()).boxed();
    while cluster
        .count(
            "select count(*) from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'",
        )
        .await
        == 0
    {
        assert!((&mut call).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    cluster.cut().await;
    drop(lock);
    let answer = call.await;
    let made = cluster.events("BookingConfirmed").await;
    match answer {
        Ok(_) => assert_eq!(made, 2),
        Err(Failure::Unavailable(_)) => assert_eq!(made, 1),
        Err(Failure::OutcomeUnknown) => {}
        Err(failure) => panic!("{failure}"),
    }
    insist(&node, command).await.unwrap();
    assert_eq!(cluster.events("BookingConfirmed").await, 2);
    cluster.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bookings_through_a_storm_of_cut_connections_are_each_made_once() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let nodes = Arc::new([one, cluster.node().await]);
    let calm = CancellationToken::new();
    // After every ten bookings, all connections, whatever they are at.
    let storm = async {
        let (mut cuts, mut seen) = (0, 0);
        while !calm.is_cancelled() {
            let made = cluster.events("BookingConfirmed").await;
            if made >= seen + 10 {
                cuts += cluster.cut().await;
                seen = made;
            }
        }
        cuts
    };
    let callers = (0..16_u32).map(|caller| {
        let nodes = nodes.clone();
        tokio::spawn(async move {
            let mut made = 0;
            for nth in 0..20 {
                let start = format!("{:02}T{:02}:{:02}", 2 + caller / 4, nth, caller % 4 * 15);
                // Two callers for each slot, on different nodes.
                let slot = span(&start, 15);
                let node = &nodes[usize::from(nth % 2 == 0)];
                let command = book(STUDIO, session(caller.into()), slot);
                made += usize::from(insist(node, command).await.is_ok());
                let node = &nodes[usize::from(nth % 2 == 1)];
                let rival = book(STUDIO, session(u128::from(caller) + 100), slot);
                made += usize::from(insist(node, rival).await.is_ok());
            }
            made
        })
    });
    let callers: Vec<_> = callers.collect();
    let work = async {
        let mut made = 0;
        for caller in callers {
            made += caller.await.unwrap();
        }
        calm.cancel();
        made
    };
    let (made, cuts) = futures::join!(work, storm);
    assert!(cuts > 20, "{cuts} connections cut");
    assert_eq!(made, 320);
    assert_eq!(cluster.events("BookingConfirmed").await, 320);
    cluster.audit().await;
}

#[tokio::test]
async fn while_the_database_is_away_commands_are_told_so_and_afterwards_all_is_well() {
    let (cluster, node) = Cluster::with_resources(&[STUDIO]).await;
    let hold = held(node.accepted(beat(STUDIO, A, span("02T13:00", 60))).await);
    cluster.allow(false).await;
    cluster.cut().await;
    let command = book(STUDIO, B, span("02T10:00", 60));
    // The first may have been sent before the cut was noticed.
    let answer = node.execute(command.clone()).await;
    let truly = matches!(
        answer,
        Err(Failure::Unavailable(_) | Failure::OutcomeUnknown)
    );
    assert!(truly, "{answer:?}");
    let answer = node.execute(command.clone()).await;
    assert!(matches!(answer, Err(Failure::Unavailable(_))), "{answer:?}");
    cluster.allow(true).await;
    insist(&node, command).await.unwrap();
    // The hold is remembered through it all.
    let again = insist(&node, renew(&hold)).await.unwrap();
    assert!(matches!(again.outcome, Outcome::Held(again) if again.id == hold.id));
    let refused = node.refused(book(STUDIO, B, span("02T13:00", 60))).await;
    assert_eq!(refused.code(), "held_by_other");
    assert_eq!(cluster.events("BookingConfirmed").await, 1);
    cluster.audit().await;
}

#[tokio::test]
async fn after_a_restore_nothing_is_decided_on_what_was_undone() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let kept = cluster.count("select max(position) from events").await;
    let slot = span("02T10:00", 60);
    one.accepted(book(STUDIO, A, slot)).await;
    let hold = held(one.accepted(beat(STUDIO, A, span("02T13:00", 60))).await);
    let other = cluster.node().await;
    other.accepted(beat(STUDIO, A, span("02T13:00", 60))).await;
    // Nobody tells them.
    one.log.close().await;
    other.log.close().await;
    cluster.restore(studio_partition(), kept).await;

    // An acceptance, an answer without events, and a refusal that is none any
    // more: each decided on what is there now, at the first try.
    one.accepted(book(STUDIO, B, slot)).await;
    let lost = other.refused(renew(&hold)).await;
    assert_eq!(lost, Rejection::HoldLost { hold_id: hold.id });
    other.accepted(book(STUDIO, B, span("02T13:00", 60))).await;
    assert_eq!(cluster.events("BookingConfirmed").await, 2);
    assert_eq!(cluster.events("HoldPlaced").await, 0);
    cluster.audit().await;
}

#[tokio::test]
async fn a_restore_that_was_written_past_is_noticed_by_its_tip() {
    let (cluster, one) = Cluster::with_resources(&[STUDIO]).await;
    let other = cluster.node().await;
    let kept = cluster.count("select max(position) from events").await;
    let slot = span("02T10:00", 60);
    one.accepted(book(STUDIO, A, slot)).await;
    one.log.close().await;
    other.log.close().await;
    cluster.restore(studio_partition(), kept).await;
    // As many events as were undone: the head is at the same position again.
    other.accepted(book(STUDIO, B, span("02T12:00", 60))).await;
    one.accepted(book(STUDIO, B, slot)).await;
    let refused = one.refused(book(STUDIO, A, span("02T12:30", 60))).await;
    assert_eq!(refused.code(), "booked");
    cluster.audit().await;
}
