use std::path::{Path, PathBuf};

use eventlog::testing::TestDatabase;
use serde_json::Value;
use sqlx::{Executor, raw_sql};

/// Every statement of this crate, wherever it lies.
pub(crate) fn statements(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(statements(&path));
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn every_statement_fits_the_migrated_schema() {
    let database = TestDatabase::new().await;
    let files = statements(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(files.len() > 10, "found only {files:?}");
    for file in files {
        let statement = std::fs::read_to_string(&file).unwrap();
        let prepared = database.pool().prepare(&statement).await;
        assert!(prepared.is_ok(), "{}: {prepared:?}", file.display());
    }
}

/// What is planned while a log is young is kept until PostgreSQL has looked through the
/// table, and by then the log may be long.
#[tokio::test]
async fn an_event_is_found_by_its_position_in_a_young_log_too() {
    let database = TestDatabase::new().await;
    let mut connection = database.pool().acquire().await.unwrap();
    let generic = raw_sql("set plan_cache_mode = force_generic_plan");
    connection.execute(generic).await.unwrap();
    let page = include_str!("../../src/read/read_page.sql");
    let tip = include_str!("../../src/append/find_tip.sql");
    for (statement, parameters, values, looks) in [
        (page, "smallint, bigint, bigint", "0::smallint, 7, 10", 2),
        (tip, "smallint, bigint", "0::smallint, 7", 1),
    ] {
        let prepare = format!("prepare statement ({parameters}) as {statement}");
        connection.execute(raw_sql(&prepare)).await.unwrap();
        let explain = format!("explain (format json) execute statement ({values})");
        let plan: Value = sqlx::query_scalar(&explain)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        let deallocate = raw_sql("deallocate statement");
        connection.execute(deallocate).await.unwrap();
        let mut nodes = vec![&plan[0]["Plan"]];
        let mut by_key = 0;
        while let Some(node) = nodes.pop() {
            nodes.extend(node["Plans"].as_array().into_iter().flatten());
            if node["Relation Name"] == "events" {
                assert_eq!(node["Index Name"], "events_pkey", "{plan:#}");
                assert_eq!(node["Filter"], Value::Null, "{plan:#}");
                by_key += 1;
            }
        }
        assert_eq!(by_key, looks, "{plan:#}");
    }
}

/// A plan for the parameters at hand is made at each execution, as long as it looks
/// cheaper than one for all: and that costs more than the execution.
#[tokio::test]
async fn what_every_append_needs_is_planned_once() {
    let database = TestDatabase::new().await;
    let mut connection = database.pool().acquire().await.unwrap();
    for (statement, parameters, values) in [
        (
            include_str!("../../src/append/append.sql"),
            "smallint[], bigint[], bigint[], bigint[], timestamptz[], bigint[], bigint[], \
                event_row[], uuid[], bytea[]",
            "'{0,1}', '{7,7}', '{7,7}', '{7,7}', '{now,now}', '{0,0}', '{0,0}', '{}', '{}', '{}'",
        ),
        (
            include_str!("../../src/append/lock_head.sql"),
            "smallint",
            "0::smallint",
        ),
        (
            include_str!("../../src/log/head.sql"),
            "smallint",
            "0::smallint",
        ),
        (
            include_str!("../../src/read/read_page.sql"),
            "smallint, bigint, bigint",
            "0::smallint, 7, 10",
        ),
    ] {
        let prepare = format!("prepare statement ({parameters}) as {statement}");
        connection.execute(raw_sql(&prepare)).await.unwrap();
        let execute = format!("execute statement ({values})");
        for _ in 0..10 {
            connection.execute(raw_sql(&execute)).await.unwrap();
        }
        let plans = "select generic_plans, custom_plans from pg_prepared_statements
            where name = 'statement'";
        let plans: (i64, i64) = sqlx::query_as(plans)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        // PostgreSQL tries five before it compares.
        assert_eq!(plans, (5, 5), "{statement}");
        let deallocate = raw_sql("deallocate statement");
        connection.execute(deallocate).await.unwrap();
    }
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    let database = TestDatabase::new().await;
    let pool = eventlog::pool(database.options(), 2);
    eventlog::migrate(&pool).await.unwrap();
    eventlog::migrate(&pool).await.unwrap();
}

#[tokio::test]
async fn nothing_on_a_logs_connections_waits_for_ever() {
    let database = TestDatabase::new().await;
    let pool = eventlog::pool(database.options(), 1);
    for (setting, value) in [
        ("statement_timeout", "10s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "3s"),
        ("transaction_isolation", "read committed"),
        ("timezone", "UTC"),
    ] {
        let set: String = sqlx::query_scalar("select current_setting($1)")
            .bind(setting)
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(set, value, "{setting}");
    }
}
