//! How far the views are behind is measured every second, on every node, and a batch
//! finds its last event in the log: each by key, however young the log is.

use eventlog::{Position, testing::TestDatabase};
use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{Node, World, history, put, some_steps, studio_a};

/// By these the runners measure, move checkpoints and copy settings.
const LAG: &str = include_str!("../../../src/runner/lag.sql");
const MOVE: &str = include_str!("../../../src/view/move_checkpoints.sql");
const SETTINGS: &str = include_str!("../../../src/view/write_resources.sql");

/// Statements as a server has them: planned once, without a look at their values, and
/// kept from then on.
async fn prepared(database: &TestDatabase) -> PgConnection {
    let options = database.options();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let statements = format!(
        "set plan_cache_mode = force_generic_plan;
        prepare lag (text[], integer) as {LAG};
        prepare move (smallint, integer, text[], bigint[], bigint, bigint) as {MOVE};
        prepare settings (smallint, text[], text[], bigint[], timestamptz[], bigint[])
            as {SETTINGS};"
    );
    connection
        .execute(sqlx::raw_sql(&statements))
        .await
        .unwrap();
    connection
}

/// What PostgreSQL does to the log for each of them.
async fn looks_at_the_log(connection: &mut PgConnection) -> Vec<Value> {
    let mut looks = Vec::new();
    for statement in [
        "lag('{bookings,presence}', 1)",
        "move(0::smallint, 1, '{bookings}', '{-1}', 7, 1)",
        "settings(0::smallint, '{a}', '{active}', '{7}', '{now}', '{7}', '{1}')",
    ] {
        let explain = format!("explain (format json) execute {statement}");
        let plan: Value = sqlx::query_scalar(&explain)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        let mut nodes = vec![plan[0]["Plan"].clone()];
        let before = looks.len();
        while let Some(node) = nodes.pop() {
            nodes.extend(node["Plans"].as_array().into_iter().flatten().cloned());
            if node["Relation Name"] == "events" {
                looks.push(node);
            }
        }
        assert_eq!(looks.len(), before + 1, "{plan:#}");
    }
    looks
}

/// Each goes down the key by partition and position, and filters nothing.
#[track_caller]
fn assert_by_key(looks: &[Value]) {
    for look in looks {
        assert_eq!(look["Index Name"], "events_pkey", "{look:#}");
        let condition = look["Index Cond"].as_str().unwrap_or_default();
        assert!(condition.contains("partition = "), "{look:#}");
        assert!(condition.contains("\"position\" >"), "{look:#}");
        assert_eq!(look["Filter"], Value::Null, "{look:#}");
    }
}

#[tokio::test]
async fn lag_and_batches_find_their_events_by_key_whether_the_log_is_young_or_long() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    // Nothing is known of the table yet, which PostgreSQL takes for a small one.
    let mut young = prepared(&database).await;
    assert_by_key(&looks_at_the_log(&mut young).await);

    let mut world = World::new(&node.log).await;
    world.does(put(&studio_a(), "Studio A")).await;
    while world.end() < Position::new(600) {
        history(&mut world, &some_steps()).await;
    }
    assert_by_key(&looks_at_the_log(&mut young).await);
    sqlx::raw_sql("analyze")
        .execute(node.log.pool())
        .await
        .unwrap();
    assert_by_key(&looks_at_the_log(&mut prepared(&database).await).await);
}
