//! Which commits wait for the disk, whatever a session was told.

use eventlog::testing::TestDatabase;
use sqlx::{Connection, Executor, PgConnection, raw_sql};

async fn setting(connection: &mut PgConnection) -> String {
    let setting = sqlx::query_scalar("select current_setting('synchronous_commit')");
    setting.fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn an_append_waits_for_the_disk_though_its_session_does_not() {
    let database = TestDatabase::new().await;
    let mut connection = database.pool().acquire().await.unwrap();
    let off = raw_sql("set synchronous_commit = off");
    connection.execute(off).await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    let parameters = "smallint[], bigint[], bigint[], bigint[], timestamptz[], bigint[], bigint[], \
        event_row[], uuid[], bytea[]";
    let append = include_str!("../../src/append/append.sql");
    let prepare = format!("prepare append ({parameters}) as {append}");
    transaction.execute(raw_sql(&prepare)).await.unwrap();
    let append = raw_sql(
        "execute append ('{0}', '{0}', '{0}', '{7}', '{now}', '{0}', '{0}', '{}', '{}', '{}')",
    );
    transaction.execute(append).await.unwrap();
    assert_eq!(setting(&mut transaction).await, "on");
    transaction.commit().await.unwrap();
    assert_eq!(setting(&mut connection).await, "off");
}

#[tokio::test]
async fn what_a_notification_need_not_wait_for_an_append_still_does() {
    let database = TestDatabase::new().await;
    let mut connection = database.pool().acquire().await.unwrap();
    let on = raw_sql("set synchronous_commit = on");
    connection.execute(on).await.unwrap();
    let notify = raw_sql(include_str!("../../src/wake/notify.sql"));
    connection.execute(notify).await.unwrap();
    assert_eq!(setting(&mut connection).await, "on");
}
