use std::path::{Path, PathBuf};

use eventlog::testing::TestDatabase;
use sqlx::Executor;

/// Every statement of this crate, wherever it lies.
fn statements(folder: &Path) -> Vec<PathBuf> {
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
