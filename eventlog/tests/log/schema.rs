//! Which databases are opened, and which are left alone.

use eventlog::{Log, LogError, MasterKey, Program, Refusal, testing::TestDatabase};
use sqlx::PgPool;

use crate::support::{append, node, resource, settings};

async fn sql(database: &TestDatabase, statements: &str) {
    let done = sqlx::raw_sql(statements).execute(database.pool());
    done.await.unwrap();
}

fn pool(database: &TestDatabase) -> PgPool {
    eventlog::pool(database.options(), 2)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, LogError>) -> Refusal {
    match result {
        Err(LogError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn tables(database: &TestDatabase) -> Vec<String> {
    let tables = "select relname::text from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1";
    let found = sqlx::query_scalar(tables).fetch_all(database.pool());
    found.await.unwrap()
}

#[tokio::test]
async fn another_application_s_tables_are_left_alone() {
    for (made, in_the_way) in [
        ("create table events (id integer)", "events"),
        ("create table bookings (id integer)", "bookings"),
        (
            "create table _sqlx_migrations (version bigint, success boolean);
            insert into _sqlx_migrations values (1, true)",
            "_sqlx_migrations",
        ),
    ] {
        let database = TestDatabase::empty().await;
        sql(&database, made).await;
        let before = tables(&database).await;
        let refusal = Refusal::ForeignTable(in_the_way.into());
        let pool = pool(&database);
        assert_eq!(refused(eventlog::require_key(&pool, None).await), refusal);
        assert_eq!(refused(eventlog::migrate(&pool).await), refusal);
        assert_eq!(tables(&database).await, before);
    }
}

#[tokio::test]
async fn no_log_is_made_over_another_s_rows() {
    let database = TestDatabase::new().await;
    append(&node(&database).await, &resource("studio-a"), 1, 3).await;
    sql(&database, "delete from log").await;
    let key = settings().master_key;
    let pool = pool(&database);
    for given in [None, Some(&key)] {
        let refusal = refused(eventlog::require_key(&pool, given).await);
        assert!(matches!(refusal, Refusal::LogRowMissing(_)), "{refusal}");
    }
    let refusal = refused(Log::open(pool, settings()).await);
    assert!(matches!(refusal, Refusal::LogRowMissing(_)), "{refusal}");
    let logs: i64 = sqlx::query_scalar("select count(*) from log")
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert_eq!(logs, 0);
}

#[tokio::test]
async fn whether_a_key_is_the_log_s_is_known_before_anything_is_made() {
    let database = TestDatabase::empty().await;
    let (key, other) = (settings().master_key, MasterKey::new([9; 32]));
    let pool = pool(&database);
    for given in [None, Some(&key)] {
        eventlog::require_key(&pool, given).await.unwrap();
    }
    assert_eq!(tables(&database).await, Vec::<String>::new());
    eventlog::migrate(&pool).await.unwrap();
    eventlog::require_key(&pool, None).await.unwrap();
    node(&database).await;
    eventlog::require_key(&pool, Some(&key)).await.unwrap();
    let refusal = refused(eventlog::require_key(&pool, None).await);
    assert_eq!(refusal, Refusal::NoMasterKey);
    let wrong = eventlog::require_key(&pool, Some(&other)).await;
    assert!(matches!(wrong, Err(LogError::WrongMasterKey)), "{wrong:?}");
}

/// What a later release would have done to the database.
const LATER: &str = "
    alter table events add column later text;
    insert into _sqlx_migrations (version, description, success, checksum, execution_time)
    values (99990101000000, 'later', true, '', 0)";

#[tokio::test]
async fn a_node_starts_after_a_later_release_has_migrated() {
    let database = TestDatabase::new().await;
    sql(&database, LATER).await;
    eventlog::migrate(&pool(&database)).await.unwrap();
    let log = node(&database).await;
    append(&log, &resource("studio-a"), 1, 1).await;
    let mut connection = database.pool().acquire().await.unwrap();
    let fits = eventlog::require_fit(&mut connection, Program::Tool).await;
    fits.unwrap();
}

#[tokio::test]
async fn a_program_that_is_too_old_for_the_schema_says_so() {
    let database = TestDatabase::new().await;
    sql(&database, LATER).await;
    sql(&database, "update schema_floor set tool = 99990101000000").await;
    let mut connection = database.pool().acquire().await.unwrap();
    let tool = eventlog::require_fit(&mut connection, Program::Tool).await;
    let refusal = refused(tool);
    assert!(matches!(
        refusal,
        Refusal::TooOld {
            needed: 99_990_101_000_000,
            ..
        }
    ));
    // The row has a number for each program: servers and the tool.
    eventlog::migrate(&pool(&database)).await.unwrap();
    sql(&database, "update schema_floor set server = 99990101000000").await;
    let refusal = refused(eventlog::migrate(&pool(&database)).await);
    assert!(refusal.to_string().contains("too old for the database"));
}

#[tokio::test]
async fn a_schema_that_is_too_old_for_a_program_says_so() {
    let database = TestDatabase::new().await;
    sql(
        &database,
        "delete from _sqlx_migrations where version > 20261201000000",
    )
    .await;
    let mut connection = database.pool().acquire().await.unwrap();
    let tool = eventlog::require_fit(&mut connection, Program::Tool).await;
    let refusal = refused(tool);
    assert!(refusal.to_string().contains("start a server"), "{refusal}");
}

/// Indexes of ours that sort by anything else than bytes.
async fn collated(database: &TestDatabase) -> Vec<String> {
    let indexes = "select pg_index.indexrelid::regclass::text
        from pg_index
        join pg_class on pg_class.oid = pg_index.indrelid
        cross join unnest(pg_index.indcollation::oid[]) as used (id)
        where pg_class.relnamespace = 'public'::regnamespace
            and used.id not in (0, '\"C\"'::regcollation)";
    let found = sqlx::query_scalar(indexes).fetch_all(database.pool());
    found.await.unwrap()
}

#[tokio::test]
async fn no_index_of_ours_depends_on_a_collation() {
    let database = TestDatabase::new().await;
    assert_eq!(collated(&database).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_index_whose_collation_has_changed_is_refused_until_it_is_built_again() {
    let database = TestDatabase::new().await;
    sql(
        &database,
        "create collation german (provider = icu, locale = 'de');
        update pg_collation set collversion = '0' where collname = 'german'",
    )
    .await;
    // Nothing depends on it yet.
    eventlog::migrate(&pool(&database)).await.unwrap();
    sql(
        &database,
        "create index bookings_by_attendee on bookings (attendee collate german)",
    )
    .await;
    let refusal = refused(eventlog::migrate(&pool(&database)).await).to_string();
    for said in [
        "version 0 of its collation",
        "`reindex index bookings_by_attendee`",
        "`alter collation german refresh version`",
    ] {
        assert!(refusal.contains(said), "{refusal}");
    }
    sql(
        &database,
        "reindex index bookings_by_attendee; alter collation german refresh version",
    )
    .await;
    eventlog::migrate(&pool(&database)).await.unwrap();
}

/// Where the database's own collation has a version; `C` has none.
#[tokio::test]
async fn so_is_one_of_the_database_s_own_collation() {
    let database = TestDatabase::new().await;
    let name = database.options().get_database().unwrap().to_owned();
    sql(
        &database,
        "create index bookings_by_attendee on bookings (attendee);
        update pg_database set datcollversion = '0' where datname = current_database()",
    )
    .await;
    let actual: Option<String> = sqlx::query_scalar(
        "select pg_database_collation_actual_version(oid) from pg_database
        where datname = current_database()",
    )
    .fetch_one(database.pool())
    .await
    .unwrap();
    let migrated = eventlog::migrate(&pool(&database)).await;
    if actual.is_none() {
        return migrated.unwrap();
    }
    let refusal = refused(migrated).to_string();
    let remedy = format!("`alter database {name} refresh collation version`");
    assert!(refusal.contains(&remedy), "{refusal}");
    // Nothing of ours does.
    sql(&database, "drop index bookings_by_attendee").await;
    eventlog::migrate(&pool(&database)).await.unwrap();
}
