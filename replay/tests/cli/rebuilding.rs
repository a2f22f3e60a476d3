//! Views are made anew from the log.

use std::io::{BufRead, BufReader};

use sqlx::{Connection, Executor, PgConnection};

use crate::{
    harness::Past,
    support::{B, dump, found, hold, span},
};

/// Changes something in every view.
const SPOIL: &str = "
    update daily_availability set busy = ~busy;
    delete from presence;
    update bookings set status = 'cancelled';
    update resources set settings = settings::jsonb::json;
";

async fn connect(past: &Past) -> PgConnection {
    PgConnection::connect_with(&past.database.options())
        .await
        .unwrap()
}

#[tokio::test]
async fn rebuilt_views_are_those_that_were_there() {
    let past = Past::new().await;
    let before = dump(past.database.pool()).await;
    past.sql(SPOIL).await;
    assert_ne!(before, dump(past.database.pool()).await);

    let said = past.replay(&["rebuild"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(said.documents[0]["events"], past.world.events.len() as u64);
    assert_eq!(before, dump(past.database.pool()).await);
    // And again, since nothing is left over.
    assert_eq!(past.replay(&["rebuild"]).code, Some(0));
    assert_eq!(past.replay(&["verify"]).code, Some(0));
}

#[tokio::test]
async fn a_table_that_takes_the_place_of_another_is_made_like_it() {
    let past = Past::new().await;
    let reporter = past.role("select on bookings").await;
    let before = form(&past).await;
    assert!(before.contains("fillfactor"), "{before}");
    assert!(before.contains(&format!("{reporter}=r")), "{before}");
    assert_eq!(past.replay(&["rebuild"]).code, Some(0));
    let after = form(&past).await;
    past.drop_role(&reporter).await;
    assert_eq!(before, after);
}

/// How the views' tables are made, and which schemas there are.
async fn form(past: &Past) -> String {
    let query = "
        select string_agg(form, E'\n' order by form) from (
            select relname || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' '
                || attnotnull || ' ' || attcollation::regcollation || ' ' || attnum as form
            from pg_attribute join pg_class on pg_class.oid = attrelid
            where relnamespace = 'public'::regnamespace and attnum > 0
            union all
            select relname || ' ' || coalesce(reloptions::text, '') || ' '
                || coalesce(relacl::text, '') || ' ' || relowner::regrole
            from pg_class where relnamespace = 'public'::regnamespace
            union all
            select indexdef from pg_indexes where schemaname = 'public'
            union all
            select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
            where connamespace = 'public'::regnamespace
            union all
            select nspname from pg_namespace where nspname like 'slotkeeper%'
                and exists (select from pg_class where relnamespace = pg_namespace.oid)
        ) as forms
    ";
    sqlx::query_scalar(query)
        .fetch_one(past.database.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn one_view_is_rebuilt_alone() {
    let past = Past::new().await;
    past.sql("delete from presence; delete from bookings").await;
    assert_eq!(past.replay(&["rebuild", "bookings"]).code, Some(0));
    let said = past.replay(&["verify"]);
    assert!(said.names("views", "view presence", None), "{said:#?}");
    assert!(!said.names("views", "view bookings", None), "{said:#?}");
}

#[tokio::test]
async fn a_dry_run_says_what_there_is_to_do_and_does_nothing() {
    let past = Past::new().await;
    past.sql(SPOIL).await;
    let before = dump(past.database.pool()).await;
    let said = past.replay(&["rebuild", "--dry-run", "presence"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(said.documents[0]["wouldRebuild"][0], "presence");
    assert_eq!(said.documents[0]["events"], past.world.events.len() as u64);
    assert_eq!(before, dump(past.database.pool()).await);
    assert!(!form(&past).await.contains("slotkeeper_shadow"));
}

#[tokio::test]
async fn repairing_rebuilds_the_views_that_differ_and_no_others() {
    let past = Past::new().await;
    let before = dump(past.database.pool()).await;
    past.sql("delete from bookings").await;
    let said = past.replay(&["verify", "--repair"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(said.documents[0]["differingViews"][0], "bookings");
    assert_eq!(said.documents[1]["rebuilt"].as_array().unwrap().len(), 1);
    assert_eq!(said.documents[2]["faultCount"], 0);
    assert_eq!(before, dump(past.database.pool()).await);
}

#[tokio::test]
async fn a_view_beyond_the_log_is_repaired_and_takes_events_again() {
    let mut past = Past::new().await;
    let plant = "update checkpoints set position = 100000 where view = 'presence'";
    past.sql(plant).await;
    assert_eq!(past.replay(&["verify", "--repair"]).code, Some(0));
    past.world
        .does(hold(B, span("2026-11-29T10:00", 60), 9))
        .await;
    past.write_views().await;
    assert_eq!(past.replay(&["verify"]).code, Some(0));
}

#[tokio::test]
async fn what_would_be_lost_with_a_table_is_named_and_the_table_left_alone() {
    let past = Past::new().await;
    past.sql("create view my_report as select * from bookings")
        .await;
    for asked in [&["rebuild"][..], &["rebuild", "--dry-run"]] {
        let said = past.fails(asked);
        assert!(said.contains("the view my_report hangs on"), "{said}");
    }
    assert!(!form(&past).await.contains("slotkeeper_shadow"));
}

#[tokio::test]
async fn rules_and_grants_of_columns_are_named_before_they_would_be_lost() {
    let past = Past::new().await;
    let role = past.role("select (settings) on resources").await;
    let said = past.fails(&["rebuild", "resources"]);
    past.drop_role(&role).await;
    assert!(said.contains("the grant of the column settings"), "{said}");
    past.sql("create rule kept as on delete to bookings do instead nothing")
        .await;
    let said = past.fails(&["rebuild", "bookings"]);
    assert!(said.contains("the rule kept"), "{said}");
}

#[tokio::test]
async fn a_reader_that_holds_a_table_delays_the_change_of_places_and_nobody_else() {
    let past = Past::new().await;
    let before = dump(past.database.pool()).await;
    past.sql(SPOIL).await;
    let (mut reader, mut other) = (connect(&past).await, connect(&past).await);
    let reading = "begin; lock table bookings in access share mode";
    reader.execute(reading).await.unwrap();
    let mut child = past.start_telling(&["rebuild"]);
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    said.find(|line| line.as_ref().unwrap() == "taking the tables' place, try 2")
        .expect("it tries again")
        .unwrap();
    // It tries on and on meanwhile, and others read and write.
    let count = sqlx::query_scalar("select count(*) from bookings");
    let count: i64 = count.fetch_one(&mut other).await.unwrap();
    assert!(count > 0);
    let write = "update checkpoints set position = position";
    other.execute(write).await.unwrap();
    assert!(
        child.try_wait().unwrap().is_none(),
        "it waits for the reader"
    );

    reader.execute("rollback").await.unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(before, dump(past.database.pool()).await);
    assert_eq!(past.replay(&["verify"]).code, Some(0));
}

#[tokio::test]
async fn a_view_that_was_added_to_an_old_log_is_made_and_the_servers_take_it_on() {
    let mut past = Past::new().await;
    let before = dump(past.database.pool()).await;
    // As a release leaves it that brings the view.
    past.sql(
        "truncate presence;
        delete from checkpoints where view = 'presence';
        delete from generations where view = 'presence'",
    )
    .await;
    let runner = past.node.run_views(1);
    past.world
        .does(hold(B, span("2026-11-29T10:00", 60), 9))
        .await;
    // The others are served meanwhile.
    found(async || is_at_end(&past, "bookings").await.then_some(())).await;
    assert!(!is_at_end(&past, "presence").await);

    assert_eq!(past.replay(&["rebuild", "presence"]).code, Some(0));
    assert_eq!(dump(past.database.pool()).await.len(), before.len() + 1);
    past.world
        .does(hold(B, span("2026-11-30T10:00", 60), 10))
        .await;
    found(async || is_at_end(&past, "presence").await.then_some(())).await;
    runner.stop().await;
    let said = past.replay(&["verify"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
}

/// Whether a view has a checkpoint, at the log's end.
async fn is_at_end(past: &Past, view: &str) -> bool {
    let query = "
        select exists (
            select from checkpoints join heads using (partition, position)
            where view = $1 and generation = 1
        )
    ";
    let asked = sqlx::query_scalar(query).bind(view);
    asked.fetch_one(past.database.pool()).await.unwrap()
}

#[tokio::test]
async fn views_that_nobody_has_ever_written_are_made() {
    let past = Past::new().await;
    let before = dump(past.database.pool()).await;
    past.sql(
        "truncate daily_availability, presence, bookings, resources, checkpoints, generations",
    )
    .await;
    assert_eq!(past.replay(&["rebuild"]).code, Some(0));
    assert_eq!(before, dump(past.database.pool()).await);
    assert_eq!(past.replay(&["verify"]).code, Some(0));
}

#[tokio::test]
async fn views_are_rebuilt_from_a_log_whose_old_renewals_are_empty() {
    let past = Past::new().await;
    let compacted = past.replay(&["compact", "--before", "2027-01-01T00:00:00Z"]);
    assert!(compacted.documents[0]["emptied"].as_u64() > Some(0));
    past.write_views().await;
    let before = dump(past.database.pool()).await;
    past.sql(SPOIL).await;
    assert_eq!(past.replay(&["rebuild"]).code, Some(0));
    assert_eq!(before, dump(past.database.pool()).await);
    assert_eq!(past.replay(&["verify"]).code, Some(0));
}

#[tokio::test]
async fn a_second_rebuild_at_the_same_time_is_refused() {
    let past = Past::new().await;
    let mut other = connect(&past).await;
    let key = i64::from_be_bytes(*b"\0rebuild");
    let lock = format!("select pg_advisory_lock({key})");
    other.execute(lock.as_str()).await.unwrap();
    let said = past.fails(&["rebuild"]);
    assert!(said.contains("another rebuild is at work"), "{said}");
    drop(other);
    assert_eq!(past.replay(&["rebuild"]).code, Some(0));
}

#[tokio::test]
async fn a_killed_rebuild_is_gone_on_with() {
    let past = Past::new().await;
    let before = dump(past.database.pool()).await;
    let mut reader = connect(&past).await;
    // It folds, and then can't have the tables.
    let reading = "begin; lock table bookings in access share mode";
    reader.execute(reading).await.unwrap();
    let mut child = past.start(&["rebuild"]);
    found(async || all_folded(&past).await.then_some(())).await;
    child.kill().unwrap();
    child.wait().unwrap();
    reader.execute("rollback").await.unwrap();

    past.sql(SPOIL).await;
    let said = past.replay(&["rebuild"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(said.documents[0]["events"], 0, "it was folded before");
    assert_eq!(before, dump(past.database.pool()).await);
}

#[tokio::test]
async fn a_migration_that_comes_while_a_table_is_waited_for_is_not_lost() {
    let past = Past::new().await;
    let said = refused_after(
        &past,
        "alter table bookings add column later integer;
        insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (99990101000000, 'later', true, '', 0)",
    )
    .await;
    assert!(said.contains("were changed meanwhile"), "{said}");

    assert_eq!(past.replay(&["rebuild"]).code, Some(0));
    assert!(form(&past).await.contains("bookings later integer"));
}

#[tokio::test]
async fn what_is_hung_on_a_table_while_it_is_waited_for_is_not_lost() {
    let past = Past::new().await;
    let said = refused_after(&past, "create index my_index on bookings (session_id)").await;
    assert!(said.contains("were changed meanwhile"), "{said}");
    let said = refused_after(&past, "create view my_report as select * from bookings").await;
    assert!(said.contains("the view my_report hangs on"), "{said}");
    past.sql("drop view my_report").await;
    assert_eq!(past.replay(&["rebuild"]).code, Some(0));
    assert!(form(&past).await.contains("INDEX my_index"));
}

/// What a rebuild says that is refused since somebody does this while it waits for a
/// table.
async fn refused_after(past: &Past, statements: &str) -> String {
    let mut other = connect(past).await;
    let reading = "begin; lock table bookings in access share mode";
    other.execute(reading).await.unwrap();
    let child = past.start_telling(&["rebuild"]);
    found(async || waits_for_a_table(past).await.then_some(())).await;
    let done = format!("{statements}; commit");
    other.execute(done.as_str()).await.unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    String::from_utf8(ended.stderr).unwrap()
}

/// Whether somebody waits for a table that is to be had alone.
async fn waits_for_a_table(past: &Past) -> bool {
    let waits = "
        select exists (
            select from pg_locks
            where not granted and mode = 'AccessExclusiveLock'
                and database = (select oid from pg_database where datname = current_database())
        )
    ";
    let pool = past.database.pool();
    sqlx::query_scalar(waits).fetch_one(pool).await.unwrap()
}

/// Whether views in the making are as far as the log.
async fn all_folded(past: &Past) -> bool {
    let behind = "
        select not exists (
            select from checkpoints join heads using (partition)
            where generation = 2 and checkpoints.position < heads.position
        ) and exists (select from checkpoints where generation = 2)
    ";
    let pool = past.database.pool();
    sqlx::query_scalar(behind).fetch_one(pool).await.unwrap()
}
