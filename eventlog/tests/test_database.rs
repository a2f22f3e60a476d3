//! What tests may rely on in their databases.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

use eventlog::testing::TestDatabase;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

async fn tables(options: &PgConnectOptions) -> i64 {
    let mut connection = PgConnection::connect_with(options).await.unwrap();
    sqlx::query_scalar("select count(*) from pg_tables where schemaname = 'public'")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

async fn mark(database: &TestDatabase) {
    sqlx::query("create table mark ()")
        .execute(database.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_test_database_is_migrated() {
    let database = TestDatabase::new().await;
    assert!(tables(&database.options()).await > 1);
}

#[tokio::test]
async fn what_one_test_writes_no_other_sees() {
    let (one, other) = tokio::join!(TestDatabase::new(), TestDatabase::new());
    let before = tables(&other.options()).await;
    mark(&one).await;
    assert_eq!(tables(&one.options()).await, before + 1);
    assert_eq!(tables(&other.options()).await, before);
}

#[tokio::test]
async fn the_url_leads_to_the_database() {
    let database = TestDatabase::new().await;
    let before = tables(&database.options()).await;
    mark(&database).await;
    let by_url: PgConnectOptions = database.url().parse().unwrap();
    assert_eq!(tables(&by_url).await, before + 1);
}

#[tokio::test]
async fn a_dropped_test_database_is_gone_though_in_use() {
    let database = TestDatabase::new().await;
    let options = database.options();
    let mut user = PgConnection::connect_with(&options).await.unwrap();
    drop(database);
    assert!(user.ping().await.is_err());
    assert!(PgConnection::connect_with(&options).await.is_err());
}
