//! A node knows what keeps it from writing, without asking for it.

use std::time::Duration;

use eventlog::{
    Cause, Log,
    testing::{Proxy, TestDatabase},
};
use tokio_util::sync::CancellationToken;

use crate::{
    leases,
    support::{append, batch, booked, node, resource, settings, soon},
};

/// Waits until these are the causes that the node has, in any number.
async fn has(log: &Log, causes: &[Cause]) {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    soon(async {
        loop {
            ticks.tick().await;
            let troubles = log.health().troubles_now();
            let mut found: Vec<Cause> = troubles.iter().map(|of| of.cause).collect();
            found.dedup();
            if found == causes {
                return;
            }
        }
    })
    .await;
}

async fn sql(database: &TestDatabase, statement: &str) {
    sqlx::raw_sql(statement)
        .execute(database.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_noticed_and_so_is_its_end() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let running = CancellationToken::new();
    let _leases = leases::start(&log, 1, &running);
    soon(log.health().has_written_within(Duration::from_hours(1))).await;
    has(&log, &[]).await;
    let name = database.options().get_database().unwrap().to_owned();
    let reconnect = "select pg_terminate_backend(pid) from pg_stat_activity \
        where datname = current_database() and pid <> pg_backend_pid()";
    // Whoever writes is told so on connections that begin from now on.
    sql(
        &database,
        &format!("alter database {name} set default_transaction_read_only = on; {reconnect}"),
    )
    .await;
    has(&log, &[Cause::DatabaseReadOnly]).await;
    sql(&database, &format!("set default_transaction_read_only = off; alter database {name} reset default_transaction_read_only; {reconnect}")).await;
    has(&log, &[]).await;
}

#[tokio::test]
async fn what_appends_need_is_missed_before_anybody_appends() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    for (hide, restore) in [
        (
            "alter type event_row rename to lost",
            "alter type lost rename to event_row",
        ),
        (
            "alter table booking_keys rename to lost",
            "alter table lost rename to booking_keys",
        ),
        (
            "alter table heads rename to lost",
            "alter table lost rename to heads",
        ),
    ] {
        sql(&database, hide).await;
        has(&log, &[Cause::Schema]).await;
        sql(&database, restore).await;
        has(&log, &[]).await;
    }
}

#[tokio::test]
async fn what_an_append_alone_meets_is_noticed_and_its_end_is_found_without_another() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    append(&log, &studio, 1, 1).await;
    sql(&database, "alter table events rename column mask to lost").await;
    let head = log.head(log.partition_of(&studio)).await.unwrap();
    let events = vec![booked(&studio, "2026-11-24", 2)];
    let batch = batch(&log, log.partition_of(&studio), head, events);
    log.append(&batch).await.unwrap_err();
    has(&log, &[Cause::Schema]).await;
    sql(&database, "alter table events rename column lost to mask").await;
    has(&log, &[]).await;
    append(&log, &studio, 2, 1).await;
}

/// How many connections the database has had.
async fn sessions(database: &TestDatabase) -> i64 {
    let sessions = "select sessions from pg_stat_database where datname = current_database()";
    sqlx::query_scalar(sessions)
        .fetch_one(database.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn appends_that_are_read_only_stay_a_trouble_as_long_as_they_would_be() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    append(&log, &studio, 1, 1).await;
    let name = database.options().get_database().unwrap().to_owned();
    let reconnect = "select pg_terminate_backend(pid) from pg_stat_activity \
        where datname = current_database() and pid <> pg_backend_pid()";
    sql(
        &database,
        &format!("alter database {name} set default_transaction_read_only = on; {reconnect}"),
    )
    .await;
    let partition = log.partition_of(&studio);
    soon(async {
        while log.health().troubles_now().is_empty() {
            let head = log.head(partition).await;
            let Ok(head) = head else { continue };
            let events = vec![booked(&studio, "2026-11-24", 2)];
            let failed = log.append(&batch(&log, partition, head, events)).await;
            assert!(failed.is_err());
        }
    })
    .await;
    has(&log, &[Cause::DatabaseReadOnly]).await;
    // It is looked at, each time on a connection of its own, and stands.
    let before = sessions(&database).await;
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    soon(async {
        while sessions(&database).await < before + 3 {
            ticks.tick().await;
            let troubles = log.health().troubles_now();
            assert!(
                troubles
                    .iter()
                    .any(|of| of.cause == Cause::DatabaseReadOnly),
                "{troubles:?}"
            );
        }
    })
    .await;
    sql(&database, &format!("set transaction read write; alter database {name} reset default_transaction_read_only; {reconnect}")).await;
    has(&log, &[]).await;
}

/// Asking for less mends what the statement or its values are to blame for, and nothing
/// else.
#[tokio::test]
async fn a_question_is_split_only_when_less_of_it_may_succeed() {
    let database = TestDatabase::new().await;
    for (code, splits) in [
        ("57014", true),
        ("22P02", true),
        ("22021", true),
        ("XX000", true),
        ("XX001", true),
        ("55P03", false),
        ("42501", false),
        ("42P01", false),
        ("53200", false),
        ("57P01", false),
        ("25006", false),
    ] {
        let raise = format!("do $$ begin raise exception using errcode = '{code}'; end $$");
        let raised = sqlx::raw_sql(&raise).execute(database.pool()).await;
        let error = eventlog::failed("reading")(raised.unwrap_err());
        assert_eq!(error.is_of_the_question(), splits, "{code}");
    }
}

#[tokio::test]
async fn a_database_that_is_gone_is_noticed() {
    let database = TestDatabase::new().await;
    let mut proxy = Proxy::new(database.options()).unwrap();
    let pool = eventlog::pool(proxy.options(), 4);
    let log = Log::open(pool, settings()).await.unwrap();
    proxy.stop().await;
    has(&log, &[Cause::DatabaseUnreachable]).await;
}

#[tokio::test]
async fn causes_are_named_by_what_the_database_says() {
    let database = TestDatabase::new().await;
    for (code, cause) in [
        ("25006", Cause::DatabaseReadOnly),
        ("53100", Cause::DiskFull),
        ("53200", Cause::DatabaseOverloaded),
        ("53300", Cause::DatabaseOverloaded),
        ("42P01", Cause::Schema),
        ("42704", Cause::Schema),
        ("3F000", Cause::Schema),
        ("42501", Cause::DatabaseRefuses),
        ("28P01", Cause::DatabaseRefuses),
        ("3D000", Cause::DatabaseUnreachable),
        ("57P03", Cause::DatabaseUnreachable),
        ("57014", Cause::DatabaseSilent),
        ("55P03", Cause::DatabaseSilent),
        ("XX001", Cause::DatabaseFaulty),
    ] {
        let raise = format!("do $$ begin raise exception using errcode = '{code}'; end $$");
        let raised = sqlx::raw_sql(&raise).execute(database.pool()).await;
        assert_eq!(Cause::of(&raised.unwrap_err()), cause, "{code}");
    }
    assert_eq!(
        Cause::of(&sqlx::Error::PoolTimedOut),
        Cause::DatabaseUnreachable
    );
}
