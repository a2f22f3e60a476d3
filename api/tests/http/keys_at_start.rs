//! Servers that may not start on a database, and leave it and their folder alone.

use std::sync::Arc;

use eventlog::testing::TestDatabase;

use crate::server::Server;

const OTHER_KEY: &str = "0808080808080808080808080808080808080808080808080808080808080808";

/// Starts a server with an empty data folder; returns why it does not start.
async fn refused(database: &Arc<TestDatabase>, keys: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut settings = vec!["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    settings.extend(keys);
    let error = Server::refused(database, &settings).await;
    assert!(!data.exists(), "{error}: it has left something behind");
    error
}

#[tokio::test]
async fn a_server_without_the_log_s_master_key_leaves_nothing_behind() {
    let server = Server::with_studio().await;
    let error = refused(&server.database, &[]).await;
    assert!(error.contains("this node has none"), "{error}");
    let error = refused(&server.database, &["--master-key", OTHER_KEY]).await;
    assert!(
        error.contains("not the one this database was made with"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_makes_no_log_over_booked_hours() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let database = Arc::clone(&server.database);
    server.stop().await;
    sqlx::query("delete from log")
        .execute(database.pool())
        .await
        .unwrap();
    for keys in [&[][..], &["--master-key", OTHER_KEY]] {
        let error = refused(&database, keys).await;
        assert!(error.contains("bring the row back"), "{error}");
    }
    let logs: i64 = sqlx::query_scalar("select count(*) from log")
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert_eq!(logs, 0);
}
