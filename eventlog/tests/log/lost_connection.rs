//! When the connection is lost in the middle of an append, the answer is true.

use std::sync::Arc;

use eventlog::{
    AppendOutcome, Batch, Head, Log, LogError, Metadata, PreparedBatch, WrappedKey,
    testing::{Cut, Proxy, TestDatabase},
};
use sqlx::Executor;

use crate::support::{append, booked, booking, committed, node, resource, settings, soon};

/// Stands in the append that is to be cut, and nowhere else.
const MARKER: &[u8] = b"CutHere";

struct Scene {
    database: TestDatabase,
    proxy: Proxy,
    /// A node that talks through the proxy.
    log: Log,
    /// A node that doesn't.
    other: Log,
    head: Head,
}

impl Scene {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let proxy = Proxy::new(database.options()).unwrap();
        let pool = eventlog::pool(proxy.options(), 4);
        let log = Log::open(pool, settings()).await.unwrap();
        let other = node(&database).await;
        let head = append(&log, &resource("studio-a"), 1, 1).await.head;
        Self {
            database,
            proxy,
            log,
            other,
            head,
        }
    }

    /// The second event, marked.
    fn batch(&self) -> PreparedBatch {
        let studio = resource("studio-a");
        let partition = self.log.partition_of(&studio);
        let mut event = booked(&studio, "2026-11-24", 2);
        event.metadata = Metadata {
            causation: "CutHere".into(),
            ..event.metadata
        };
        let batch = Batch {
            partition,
            expected: self.head,
            recorded_at: self.log.clock().now_after(&self.head),
            events: vec![event],
            keys: vec![(booking(partition.get(), 1), WrappedKey(vec![1; 72]))],
        };
        batch.prepare().unwrap()
    }

    /// The log holds the marked event as often as this.
    async fn assert_recorded(&self, times: i64) {
        let count: i64 = sqlx::query_scalar(
            "select count(*) from events where metadata ->> 'causation' = 'CutHere'",
        )
        .fetch_one(self.database.pool())
        .await
        .unwrap();
        assert_eq!(count, times);
    }
}

#[tokio::test]
async fn an_append_that_never_arrived_is_sent_again() {
    let scene = Scene::new().await;
    scene.proxy.cut(MARKER, Cut::Request);
    let commit = committed(soon(scene.log.append(&scene.batch())).await.unwrap());
    assert_eq!(scene.proxy.cuts(), 1);
    assert_eq!(commit.head.position.get(), 2);
    scene.assert_recorded(1).await;
}

#[tokio::test]
async fn an_append_whose_answer_was_lost_is_recognised() {
    let scene = Scene::new().await;
    scene.proxy.cut(MARKER, Cut::Answer);
    let commit = committed(soon(scene.log.append(&scene.batch())).await.unwrap());
    assert_eq!(scene.proxy.cuts(), 1);
    assert_eq!(
        commit.head,
        scene
            .other
            .head(scene.log.partition_of(&resource("studio-a")))
            .await
            .unwrap()
    );
    scene.assert_recorded(1).await;
}

/// Cuts an append, and lets another node append before it can be tried again.
async fn overtaken(cut: Cut, sequence: u64) -> (Scene, AppendOutcome) {
    let scene = Arc::new(Scene::new().await);
    scene.proxy.close_gate();
    scene.proxy.cut(MARKER, cut);
    let appending = tokio::spawn({
        let scene = Arc::clone(&scene);
        async move { scene.log.append(&scene.batch()).await }
    });
    soon(scene.proxy.has_cut()).await;
    append(&scene.other, &resource("studio-a"), sequence, 1).await;
    scene.proxy.open_gate();
    let outcome = soon(appending).await.unwrap().unwrap();
    (Arc::into_inner(scene).unwrap(), outcome)
}

#[tokio::test]
async fn an_append_that_never_arrived_and_was_overtaken_has_missed() {
    let (scene, outcome) = overtaken(Cut::Request, 2).await;
    assert!(matches!(outcome, AppendOutcome::Missed), "{outcome:?}");
    scene.assert_recorded(0).await;
}

#[tokio::test]
async fn an_append_whose_answer_was_lost_is_recognised_under_later_ones() {
    let (scene, outcome) = overtaken(Cut::Answer, 3).await;
    assert_eq!(committed(outcome).head.position.get(), 2);
    scene.assert_recorded(1).await;
}

#[tokio::test]
async fn a_second_try_whose_commit_was_lost_is_settled_alike() {
    for cut in [Cut::Request, Cut::Answer] {
        let scene = Scene::new().await;
        let partition = scene.log.partition_of(&resource("studio-a"));
        let locked = scene.log.lock_head(partition).await.unwrap();
        scene.proxy.cut(b"commit\0", cut);
        let commit = committed(soon(locked.append(&scene.batch())).await.unwrap());
        assert_eq!(scene.proxy.cuts(), 1);
        assert_eq!(commit.head, scene.other.head(partition).await.unwrap());
        scene.assert_recorded(1).await;
    }
}

#[tokio::test]
async fn a_backend_that_is_ended_in_mid_append_is_no_refusal() {
    let scene = Arc::new(Scene::new().await);
    // Its key waits for what somebody else is about to write, and takes back.
    let mut holder = scene.database.pool().begin().await.unwrap();
    let partition = scene.log.partition_of(&resource("studio-a"));
    sqlx::query("insert into booking_keys values ($1, $2, '')")
        .bind(i16::try_from(partition.get()).unwrap())
        .bind(booking(partition.get(), 1).uuid())
        .execute(&mut *holder)
        .await
        .unwrap();
    let appending = tokio::spawn({
        let scene = Arc::clone(&scene);
        async move { scene.log.append(&scene.batch()).await }
    });
    let ended = async {
        loop {
            let ended: i64 = sqlx::query_scalar(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock'",
            )
            .fetch_one(scene.database.pool())
            .await
            .unwrap();
            if ended > 0 {
                return;
            }
        }
    };
    soon(ended).await;
    holder.rollback().await.unwrap();
    committed(soon(appending).await.unwrap().unwrap());
    scene.assert_recorded(1).await;
}

#[tokio::test]
async fn an_append_whose_end_cannot_be_found_out_says_so() {
    let mut scene = Scene::new().await;
    let batch = scene.batch();
    scene.proxy.stop().await;
    // From here on nothing moves but time.
    tokio::time::pause();
    // On a connection that it believed to live: sent, for all it knows.
    let unknown = scene.log.append(&batch).await;
    assert!(
        matches!(unknown, Err(LogError::OutcomeUnknown { .. })),
        "{unknown:?}"
    );
    // It has no connection left to send anything on.
    let unsent = scene.log.append(&batch).await;
    assert!(
        matches!(unsent, Err(LogError::Database { .. })),
        "{unsent:?}"
    );
    tokio::time::resume();
    scene.assert_recorded(0).await;
}

#[tokio::test]
async fn a_head_that_stays_locked_is_missed_at_once_and_then_refused_in_bounded_time() {
    let scene = Scene::new().await;
    let mut holder = scene.database.pool().begin().await.unwrap();
    holder
        .execute("select from heads for update")
        .await
        .unwrap();
    let missed = soon(scene.log.append(&scene.batch())).await;
    assert!(matches!(missed, Ok(AppendOutcome::Missed)), "{missed:?}");
    let partition = scene.log.partition_of(&resource("studio-a"));
    let refused = soon(scene.log.lock_head(partition)).await;
    assert!(
        matches!(refused, Err(LogError::Database { .. })),
        "{refused:?}"
    );
    holder.rollback().await.unwrap();
    scene.assert_recorded(0).await;
}

/// What was lost may be under way still, and then has the head: it is waited for.
#[tokio::test]
async fn an_append_that_was_lost_and_is_under_way_is_waited_for() {
    let scene = Arc::new(Scene::new().await);
    let partition = scene.log.partition_of(&resource("studio-a"));
    let mut holder = scene.database.pool().begin().await.unwrap();
    sqlx::query("insert into booking_keys values ($1, $2, '')")
        .bind(i16::try_from(partition.get()).unwrap())
        .bind(booking(partition.get(), 1).uuid())
        .execute(&mut *holder)
        .await
        .unwrap();
    scene.proxy.cut(MARKER, Cut::Midway);
    let appending = tokio::spawn({
        let scene = Arc::clone(&scene);
        async move { scene.log.append(&scene.batch()).await }
    });
    // The lost one for the key, and who asks what became of it for the head.
    let waiting = async {
        let waits = "select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'";
        while sqlx::query_scalar::<_, i64>(waits)
            .fetch_one(scene.database.pool())
            .await
            .unwrap()
            < 2
        {}
    };
    soon(waiting).await;
    holder.rollback().await.unwrap();
    committed(soon(appending).await.unwrap().unwrap());
    scene.assert_recorded(1).await;
}
