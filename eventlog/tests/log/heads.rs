//! Heads beside a snapshot that somebody keeps open.

use domain::partition::Partition;
use eventlog::testing::TestDatabase;
use serde_json::Value;
use sqlx::{Executor, PgConnection, raw_sql};

use crate::support::{append, node, resource};

/// Versions of a head that a dump of some seconds leaves.
const VERSIONS: u64 = 6_000;

/// Pages that finding a head may touch: of two indexes, and the row's.
const PAGES_MAX: u64 = 16;

/// How many pages a statement of these parameters touches.
async fn pages(connection: &mut PgConnection, statement: &str, of: (&str, &str)) -> u64 {
    let (parameters, values) = of;
    let prepare = format!("prepare statement ({parameters}) as {statement}");
    connection.execute(raw_sql(&prepare)).await.unwrap();
    let explain = format!("explain (analyze, buffers, format json) execute statement ({values})");
    let plan: Value = sqlx::query_scalar(&explain)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    let deallocate = raw_sql("deallocate statement");
    connection.execute(deallocate).await.unwrap();
    let count = |name: &str| plan[0]["Plan"][name].as_u64().unwrap();
    count("Shared Hit Blocks") + count("Shared Read Blocks")
}

#[tokio::test]
async fn an_old_snapshot_does_not_make_a_head_harder_to_find() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    append(&log, &resource("studio-a"), 1, 1).await;
    let mut old = database.pool().acquire().await.unwrap();
    let snapshot = raw_sql("begin isolation level repeatable read; select from heads");
    old.execute(snapshot).await.unwrap();

    let mut connection = database.pool().acquire().await.unwrap();
    // As autovacuum leaves it: small, and so worth reading whole.
    for prepared in ["set plan_cache_mode = force_generic_plan", "vacuum heads"] {
        connection.execute(raw_sql(prepared)).await.unwrap();
    }
    let updates = format!(
        "do $$ begin for nth in 1..{VERSIONS} loop
            update heads set position = position + 16, round = (position + 16) / 1024
            where partition = 1;
            commit;
        end loop; end $$"
    );
    connection.execute(raw_sql(&updates)).await.unwrap();

    let by_partition = ("smallint", "1::smallint");
    let head = log.head(Partition::new(1)).await.unwrap();
    // Of two partitions: one whose head is where it is expected, and one whose is not.
    let values = format!(
        "'{{0,1}}', '{{7,{}}}', '{{7,{}}}', '{{7,7}}', '{{now,now}}', '{{0,0}}', '{{0,0}}', '{{}}', '{{}}', '{{}}'",
        head.position, head.tip.0,
    );
    let appended = (
        "smallint[], bigint[], bigint[], bigint[], timestamptz[], bigint[], bigint[], \
            event_row[], uuid[], bytea[]",
        values.as_str(),
    );
    let page = ("smallint, bigint, bigint", "1::smallint, 7, 1");
    for (name, statement, of) in [
        ("head", include_str!("../../src/log/head.sql"), by_partition),
        (
            "lock",
            include_str!("../../src/append/lock_head.sql"),
            by_partition,
        ),
        (
            "append",
            include_str!("../../src/append/append.sql"),
            appended,
        ),
        ("page", include_str!("../../src/read/read_page.sql"), page),
    ] {
        let pages = pages(&mut connection, statement, of).await;
        assert!(pages <= PAGES_MAX, "{name} touches {pages} pages");
    }
    let strain = include_str!("../../src/log/old_snapshots.sql");
    let (seconds, dead): (f64, i64) = sqlx::query_as(strain)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert!(seconds > 0.0);
    assert!(dead >= 0);
    old.execute(raw_sql("rollback")).await.unwrap();
}

#[tokio::test]
async fn appends_of_nodes_that_know_no_rounds_are_found() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    append(&log, &studio, 1, 1_500).await;
    let round = "select round from heads order by round desc limit 1";
    let round_of = async || -> i64 {
        let round = sqlx::query_scalar(round);
        round.fetch_one(database.pool()).await.unwrap()
    };
    assert_eq!(round_of().await, 1);

    // As the release before moved a head.
    let partition = log.partition_of(&studio);
    let older = format!(
        "update heads set position = position + 2000, tip = 7 where partition = {partition}"
    );
    database.pool().execute(raw_sql(&older)).await.unwrap();
    assert_eq!(log.head(partition).await.unwrap().position.get(), 3_500);
    assert_eq!(round_of().await, 1);
    append(&log, &studio, 1_501, 1).await;
    assert_eq!(log.head(partition).await.unwrap().position.get(), 3_501);
    assert_eq!(round_of().await, 3);
}
