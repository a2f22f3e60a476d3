//! No view is made of a log that is at fault itself.

use eventlog::testing::TestDatabase;

use crate::{
    harness::{self, Past},
    support::{B, book, dump, span},
    upgrades::upgraded,
};

const SAYS: &str = "the log itself is at fault";

/// A change of a row that a fold reads, and what is said of it.
const CHANGES: [(&str, &str); 6] = [
    (
        "update events set mask = 0::bit(96) where position =
            (select min(position) from events where event_type = 'SlotsBooked')",
        "the row is not the one that was hashed",
    ),
    (
        "update events set hold_id = gen_random_uuid() where position =
            (select min(position) from events where event_type = 'HoldReleased')",
        "the row is not the one that was hashed",
    ),
    (
        "update events set resource_id = 'studio-z' where position =
            (select min(position) from events where event_type = 'SlotsFreed')",
        "the row is not the one that was hashed",
    ),
    (
        "update events set payload = replace(payload::text, 'Studio A', 'Studio B')::json
            where position = 1",
        "the row is not the one that was hashed",
    ),
    (
        "delete from events where position = 3",
        "position 3 is missing",
    ),
    (
        "update events set hash_version = 1 where position = 1",
        "the row is not the one that was hashed",
    ),
];

#[tokio::test]
async fn a_rebuild_refuses_while_the_log_is_at_fault() {
    for (change, says) in CHANGES {
        let past = Past::new().await;
        let before = dump(past.database.pool()).await;
        past.sql(change).await;
        let said = past.fails(&["rebuild"]);
        assert!(said.contains(SAYS) && said.contains(says), "{said}");
        assert_eq!(dump(past.database.pool()).await, before, "{change}");
    }
}

#[tokio::test]
async fn a_rebuild_finds_what_was_changed_with_its_hash_by_the_chain() {
    let past = Past::new().await;
    assert_eq!(past.replay(&["seal"]).code, Some(0));
    past.sql("update chain set hashes = overlay(hashes placing '\\x00'::bytea from 33)")
        .await;
    let said = past.fails(&["rebuild"]);
    assert!(said.contains(SAYS), "{said}");
    assert!(
        said.contains("position 2: the chain has another hash"),
        "{said}"
    );
}

async fn change(database: &TestDatabase, statement: &str) {
    let changed = sqlx::query(statement).execute(database.pool()).await;
    assert_eq!(changed.unwrap().rows_affected(), 1);
}

/// The hash of such a row covers no typed column.
#[tokio::test]
async fn a_rebuild_compares_the_columns_of_old_rows_with_their_payloads() {
    for column in [
        "mask = 0::bit(96)",
        "resource_id = 'studio-z'",
        "day = day + 1",
        "booking_id = gen_random_uuid()",
    ] {
        let database = upgraded().await;
        let one = "(partition, position) = (
            select partition, position from events where event_type = 'SlotsBooked'
            order by partition, position limit 1
        )";
        change(
            &database,
            &format!("update events set {column} where {one}"),
        )
        .await;
        let said = harness::fails(&database, &["rebuild"]);
        assert!(said.contains(SAYS), "{column}: {said}");
    }
}

#[tokio::test]
async fn a_repair_refuses_while_the_log_is_at_fault() {
    let past = Past::new().await;
    past.sql("update daily_availability set busy = ~busy").await;
    let before = dump(past.database.pool()).await;
    let column = "update events set span_slots = 3 where position =
        (select min(position) from events where event_type = 'BookingConfirmed')";
    past.sql(column).await;
    let (code, said) = past.complains(&["verify", "--repair"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("nothing is repaired"), "{said}");
    assert!(said.contains(SAYS), "{said}");
    assert_eq!(dump(past.database.pool()).await, before);
}

/// What is wrong beside the log and its views, and what is said of it.
const BESIDE: [(&str, &str); 3] = [
    (
        "update _sqlx_migrations set installed_on = installed_on - interval '30 days'",
        "delete nothing",
    ),
    (
        "insert into retention (partition, position) values (0, 1000000)
            on conflict (partition) do update set position = excluded.position",
        "delete the row",
    ),
    (
        "insert into leases (partition, duty, node, expires_at)
            values (7, 'views', gen_random_uuid(), now())",
        "no server reads them",
    ),
];

#[tokio::test]
async fn a_view_is_repaired_though_something_beside_the_log_is_wrong() {
    for (beside, told) in BESIDE {
        let mut past = Past::new().await;
        past.world.now = past.world.now.plus_ms(3_600_000);
        past.world
            .does(book(B, span("2026-11-26T10:00", 60), 9))
            .await;
        past.write_views().await;
        let right = dump(past.database.pool()).await;
        past.sql(beside).await;
        past.sql("update daily_availability set busy = ~busy").await;
        let said = past.replay(&["verify", "--repair"]);
        assert_eq!(said.code, Some(3), "{said:#?}");
        let first = said.documents[0].to_string();
        assert!(first.contains(told), "{first}");
        assert_eq!(dump(past.database.pool()).await, right, "{said:#?}");
    }
}
