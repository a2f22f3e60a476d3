//! `status`: how everything stands, and what needs attention.

use domain::calendar::{Day, SlotCount, Span, Timestamp};
use eventlog::testing::TestDatabase;
use serde_json::Value;

use crate::{
    harness::replay,
    support::{A, Node, PATIENCE, Runner, World, book, found, put, studio_a},
};

/// A log of now, and who keeps its views.
struct Kept {
    database: TestDatabase,
    node: Node,
    runner: Runner,
}

impl Kept {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let node = Node::new(&database).await;
        let mut world = World::new(&node.log).await;
        world.now = clock(&database).await;
        world.does(put(&studio_a(), "Studio A")).await;
        let start = Day::of(world.now).plus(2).unwrap().start();
        let soon = Span::new(start, SlotCount::ONE).unwrap();
        let end = world.does(book(A, soon, 1)).await;
        let runner = node.run_views(1);
        let partition = node.log.partitions().next().unwrap();
        let waiting = runner.progress.wait_for(partition, end, PATIENCE);
        waiting.await.unwrap();
        Self {
            database,
            node,
            runner,
        }
    }

    /// Its database, once nobody keeps it.
    async fn stopped(self) -> TestDatabase {
        self.runner.stop().await;
        found(async || {
            let said = replay(&self.database, &["status"]);
            (said.code == Some(3)).then_some(())
        })
        .await;
        self.database
    }

    async fn sql(&self, statements: &str) {
        let done = sqlx::raw_sql(statements).execute(self.database.pool());
        done.await.unwrap();
    }

    /// What needs attention now.
    fn attention(&self) -> Vec<String> {
        let said = replay(&self.database, &["status"]);
        let told = said.documents[0]["attention"].as_array().unwrap();
        let expected = if told.is_empty() { 0 } else { 3 };
        assert_eq!(said.code, Some(expected), "{said:?}");
        told.iter()
            .map(|words| words.as_str().unwrap().to_owned())
            .collect()
    }
}

async fn clock(database: &TestDatabase) -> Timestamp {
    let now: (sqlx::types::chrono::DateTime<sqlx::types::chrono::Utc>,) =
        sqlx::query_as("select clock_timestamp()")
            .fetch_one(database.pool())
            .await
            .unwrap();
    now.0.into()
}

/// What the tool says once nothing needs attention: a machine that stands still for as
/// long as a lease lasts leaves duties without a node for a moment.
async fn well(kept: &Kept) -> Value {
    found(async || {
        let said = replay(&kept.database, &["status"]);
        (said.code == Some(0)).then(|| said.documents[0].clone())
    })
    .await
}

#[tokio::test]
async fn a_log_that_is_kept_needs_no_attention() {
    let kept = Kept::new().await;
    let seal = replay(&kept.database, &["seal"]);
    let told = well(&kept).await;
    assert_eq!(told["epoch"], seal.documents[0]["epoch"]);
    let events = &told["partitions"][0]["position"];
    assert_eq!(&told["partitions"][0]["chained"], events, "{told:#}");
    let views = told["views"].as_array().unwrap();
    assert_eq!(views.len(), 4);
    for view in views {
        assert_eq!((&view["position"], &view["behind"]), (events, &0.into()));
    }
    let node = "00000000-0000-0000-0000-000000000001";
    assert_eq!(told["nodes"], serde_json::json!([node]));
    for duty in told["duties"].as_array().unwrap() {
        assert_eq!(duty["node"], node);
    }
    assert_eq!(told["schema"]["missing"], serde_json::json!([]));
    let tables = told["tables"].as_array().unwrap();
    assert!(tables.iter().any(|table| table["name"] == "events"));

    let words = found(async || {
        let (code, words) = human(&kept.database);
        (code == Some(0)).then_some(words)
    })
    .await;
    assert!(words.contains("Nothing needs attention"), "{words}");
    for line in words.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    kept.runner.stop().await;
}

/// What the tool tells people, and how it ends.
fn human(database: &TestDatabase) -> (Option<i32>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(["--database-url", &database.url(), "status"])
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[tokio::test]
async fn what_nobody_keeps_is_named() {
    let kept = Kept::new().await;
    let found = |words: &str| {
        let attention = kept.attention();
        let named = attention.iter().any(|told| told.contains(words));
        assert!(named, "{words}: {attention:?}");
    };
    for (statement, words) in [
        (
            "insert into _sqlx_migrations values (99990101000001, 'later', now(), true, '', 0)",
            "99990101000001 is of a newer release",
        ),
        (
            "update events set recorded_at = recorded_at - interval '1 hour'",
            "the chain of partition 0 has not come on",
        ),
        (
            "update heads set last_at = now() + interval '1 day'",
            "ahead of the database's clock",
        ),
    ] {
        kept.sql(statement).await;
        found(words);
    }
    kept.runner.stop.cancel();
    crate::support::found(async || {
        let idle = |told: &String| told.contains("no node has any duty");
        kept.attention().iter().any(idle).then_some(())
    })
    .await;
    for (statement, words) in [
        (
            "insert into leases values (0, 'expiry', gen_random_uuid(), now() + interval '1 day')",
            "the lease of expiry in partition 0 is dated",
        ),
        ("select", "nobody has the duty projection of 1 partition"),
        (
            "update checkpoints set tip = tip + 1 where view = 'resources'",
            "resources of partition 0 has folded what the log does not have",
        ),
        (
            "update checkpoints set position = 100000 where view = 'daily_availability'",
            "daily_availability of partition 0 has folded what the log does not have",
        ),
        (
            "update checkpoints set position = 0 where view = 'bookings'",
            "bookings lacks",
        ),
        (
            "delete from checkpoints where view = 'presence'",
            "presence was never folded",
        ),
    ] {
        kept.sql(statement).await;
        found(words);
    }
    let _ = kept.node;
    kept.runner.stop().await;
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_looked_at_all_the_same() {
    let kept = Kept::new().await;
    let url = format!(
        "{}&options[default_transaction_read_only]=on",
        kept.database.url()
    );
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(["--database-url", &url, "status"])
        .output()
        .unwrap();
    let words = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(
        words.contains("default_transaction_read_only is on"),
        "{words}"
    );
    kept.runner.stop().await;
}

#[tokio::test]
async fn what_needs_attention_is_told_to_a_pipe_that_nobody_reads() {
    let database = Kept::new().await.stopped().await;
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(["--database-url", &database.url(), "status"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[tokio::test]
async fn tables_of_an_older_release_are_said_to_be_so() {
    let kept = Kept::new().await;
    kept.sql("drop table chain").await;
    let said = crate::harness::fails(&kept.database, &["status"]);
    assert!(said.contains("older release"), "{said}");
    kept.runner.stop().await;
}
