//! What is remembered of a partition outlives whatever the database fails at.

use domain::{decide::Outcome, hold::Hold};
use eventlog::testing::{Cut, Proxy};
use executor::{ExecutorLimits, Failure};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::{Cluster, DEADLINE, Node, start},
    commands::*,
};

/// A node that reaches its database through a proxy, with what it measures.
struct Scene {
    cluster: Cluster,
    proxy: Proxy,
    node: Node,
    told: PrometheusHandle,
    hold: Hold,
}

impl Scene {
    async fn new() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let told = recorder.handle();
        let _guard = metrics::set_default_local_recorder(&recorder);
        let cluster = Cluster::new().await;
        let proxy = Proxy::new(cluster.database.options()).unwrap();
        let limits = ExecutorLimits::default();
        let node = start(proxy.options(), limits, CancellationToken::new()).await;
        node.accepted(put(STUDIO)).await;
        let hold = held(node.accepted(beat(STUDIO, A, span("02T13:00", 60))).await);
        Self {
            cluster,
            proxy,
            node,
            told,
            hold,
        }
    }

    /// A session's booking, asked for until it is answered.
    async fn books(&self, start: &str) {
        let command = book(STUDIO, B, span(start, 60));
        let asking = async {
            while let Err(failure) = self.node.execute(command.clone()).await {
                assert!(
                    matches!(failure, Failure::Unavailable(_) | Failure::OutcomeUnknown),
                    "{failure}"
                );
            }
        };
        tokio::time::timeout(DEADLINE, asking).await.unwrap();
    }

    /// The partition was never read again.
    async fn assert_remembered(&self) {
        let again = self.node.accepted(renew(&self.hold)).await;
        assert!(matches!(again, Outcome::Held(again) if again.id == self.hold.id));
        let resets = format!(
            "slotkeeper_partition_resets_total{{partition=\"{}\"}} 0",
            partition_of(STUDIO)
        );
        let told = self.told.render();
        assert!(told.lines().any(|line| line == resets), "{told}");
        self.cluster.audit().await;
    }

    /// Changes a setting of the database for all connections to come, and ends those
    /// that there are.
    async fn set(&self, setting: &str) {
        let options = self.cluster.database.options();
        let name: String = sqlx::query_scalar("select current_database()::text")
            .fetch_one(self.cluster.database.pool())
            .await
            .unwrap();
        let mut elsewhere = PgConnection::connect_with(&options.database("postgres"))
            .await
            .unwrap();
        sqlx::query(&format!("alter database {name} {setting}"))
            .execute(&mut elsewhere)
            .await
            .unwrap();
        self.proxy.cut_all();
    }

    /// Asks until the failure shows, and twice then: what was on its way when it began
    /// may still be done.
    async fn refuses(&self) {
        let asking = async {
            let mut refused = 0;
            for hour in (0..24).cycle() {
                let span = span(&format!("05T{hour:02}:00"), 60);
                match self.node.execute(book(STUDIO, B, span)).await {
                    Ok(_) | Err(Failure::Rejected { .. }) => refused = 0,
                    Err(Failure::Unavailable(_) | Failure::OutcomeUnknown) => refused += 1,
                    Err(failure) => panic!("{failure}"),
                }
                if refused == 2 {
                    return;
                }
            }
        };
        tokio::time::timeout(DEADLINE, asking).await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_is_away_makes_nobody_forget() {
    let scene = Scene::new().await;
    scene.cluster.allow(false).await;
    scene.proxy.cut_all();
    scene.refuses().await;
    scene.cluster.allow(true).await;
    scene.books("02T12:00").await;
    scene.assert_remembered().await;
}

#[tokio::test]
async fn a_database_that_is_read_only_makes_nobody_forget() {
    let scene = Scene::new().await;
    scene.set("set default_transaction_read_only = on").await;
    scene.refuses().await;
    scene.set("reset default_transaction_read_only").await;
    scene.books("02T12:00").await;
    scene.assert_remembered().await;
}

#[tokio::test]
async fn a_head_that_stays_locked_makes_nobody_forget() {
    let scene = Scene::new().await;
    let mut holder = scene.cluster.database.pool().begin().await.unwrap();
    sqlx::query("select from heads for update")
        .execute(&mut *holder)
        .await
        .unwrap();
    scene.refuses().await;
    holder.rollback().await.unwrap();
    scene.books("02T12:00").await;
    scene.assert_remembered().await;
}

#[tokio::test]
async fn an_append_whose_end_is_not_known_is_found_out_without_forgetting() {
    for (cut, key) in [(Cut::Answer, "02T10:00"), (Cut::Request, "02T11:00")] {
        let scene = Scene::new().await;
        let command = book(STUDIO, B, span(key, 60));
        scene.proxy.close_gate();
        scene.proxy.cut(b"BookSlots", cut);
        let answer = scene.node.execute(command.clone()).await;
        assert!(matches!(answer, Err(Failure::OutcomeUnknown)), "{answer:?}");
        scene.proxy.open_gate();
        let made = scene.cluster.events("BookingConfirmed").await;
        assert_eq!(made, i64::from(cut == Cut::Answer));
        let asking = async {
            loop {
                match scene.node.execute(command.clone()).await {
                    Ok(receipt) => return receipt.outcome,
                    Err(Failure::Unavailable(_)) => {}
                    Err(failure) => panic!("{failure}"),
                }
            }
        };
        let outcome = tokio::time::timeout(DEADLINE, asking).await.unwrap();
        let (_, replayed) = booked(outcome);
        assert_eq!(replayed, cut == Cut::Answer);
        assert_eq!(scene.cluster.events("BookingConfirmed").await, 1);
        scene.assert_remembered().await;
    }
}

/// The connection is cut between the lock of the head and the append under it, and
/// another node appends meanwhile: that is no other history.
#[tokio::test]
async fn a_lock_that_is_lost_to_another_node_makes_nobody_forget() {
    let scene = Scene::new().await;
    let other = scene.cluster.node_without_duties().await;
    let slot = span("02T16:00", 60);
    scene.node.accepted(beat(STUDIO, session(8), slot)).await;
    // It does not hear that the hold is let go of, and so has nothing to append at first.
    scene.node.log.close().await;
    other.accepted(leave(STUDIO, session(8))).await;
    scene.proxy.close_gate();
    scene.proxy.cut(b"HoldPlaced", Cut::Request);
    let held = scene.node.accepted(beat(STUDIO, session(9), slot));
    let meanwhile = async {
        scene.proxy.has_cut().await;
        let elsewhere = span("02T18:00", 60);
        other.accepted(beat(STUDIO, session(7), elsewhere)).await;
        scene.proxy.open_gate();
    };
    let both = async { tokio::join!(held, meanwhile) };
    let both = Box::pin(tokio::time::timeout(DEADLINE, both));
    both.await.unwrap();
    assert_eq!(scene.proxy.cuts(), 1);
    scene.assert_remembered().await;
}

#[test]
fn a_pool_without_a_free_connection_is_no_reason_to_forget() {
    let error = eventlog::failed("appending")(sqlx::Error::PoolTimedOut);
    assert_eq!(error.certainty(), eventlog::Certainty::NothingWritten);
    assert!(!error.is_unreadable() && !error.is_of_the_question());
}
