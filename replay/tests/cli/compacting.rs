//! Retention: old renewals of ended holds are emptied, and nothing else changes.

use domain::{
    hold::Lease,
    ids::HoldId,
    partition::Partition,
    resource_day::{RenewalsCompacted, ResourceDayEvent},
    stream::StreamId,
};
use eventlog::{
    Position, RecordedEvent,
    retention::{self, Compaction, Scope},
};
use sqlx::PgPool;

use crate::{
    harness::{Past, Said},
    support::{A, B, at, hold, hold_id, leave, span},
};

/// After everything in these histories.
const LATER: &str = "2027-01-01T00:00:00Z";
const TUESDAY_STREAM: &str = "ResourceDay studio-a/2026-11-24";

/// A row of the log without what retention may take.
type Row = (i64, String, i64, String, Vec<u8>, String, Option<String>);

async fn rows(pool: &PgPool) -> Vec<Row> {
    let rows = sqlx::query_as(
        "select position, aggregate_id, sequence, event_type, hash, recorded_at::text,
            payload::text
         from events order by position",
    );
    rows.fetch_all(pool).await.unwrap()
}

/// A history in which a hold that was renewed still lives.
async fn past() -> Past {
    let mut past = Past::new().await;
    past.world.now = past.world.now.plus_ms(5_000);
    let beat = hold(A, span("2026-11-24T08:00", 60), 3);
    past.world.does(beat).await;
    past.write_views().await;
    past
}

fn compact(past: &Past) -> Said {
    past.replay(&["compact", "--before", LATER])
}

/// What the log tells of its compactions, and of which streams.
async fn told(past: &Past) -> Vec<(StreamId, RenewalsCompacted)> {
    let log = past.node.log.clone();
    let tail = log
        .read_partition(Partition::new(0), past.world.end())
        .await;
    let told = tail.unwrap().events.into_iter();
    told.map(|recorded| match recorded.event {
        domain::event::Event::ResourceDay(ResourceDayEvent::RenewalsCompacted(compacted)) => {
            (recorded.stream, compacted)
        }
        other => panic!("{other:?}"),
    })
    .collect()
}

#[tokio::test]
async fn renewals_of_ended_holds_lose_their_payload_and_nothing_else_changes() {
    let past = past().await;
    let before = rows(past.database.pool()).await;
    let folder = tempfile::tempdir().unwrap();
    let seal = folder.path().join("seal.json");
    let seal = seal.to_str().unwrap();
    assert_eq!(past.replay(&["seal", "--out", seal]).code, Some(0));

    let said = compact(&past);
    assert_eq!(said.code, Some(0), "{said:#?}");
    let after = rows(past.database.pool()).await;
    let mut emptied = 0;
    for (old, new) in before.iter().zip(&after) {
        if old == new {
            continue;
        }
        emptied += 1;
        assert_eq!(old.3, "HoldRenewed");
        assert_eq!(new.6, None);
        assert_eq!(
            (&old.0, &old.1, &old.2, &old.4, &old.5),
            (&new.0, &new.1, &new.2, &new.4, &new.5)
        );
    }
    // It stops where a hold still lives.
    let due: i64 = sqlx::query_scalar(
        "with renewal as (
            select position, hold_id in (
                select hold_id from events
                where event_type in ('HoldReleased', 'HoldExpired', 'HoldConsumed')
            ) as ended
            from events where event_type = 'HoldRenewed'
        )
        select count(*) from renewal
        where position < (select min(position) from renewal where not ended)",
    )
    .fetch_one(past.database.pool())
    .await
    .unwrap();
    assert_eq!(emptied, usize::try_from(due).unwrap());
    assert!(emptied > 0);
    assert_eq!(said.documents[0]["emptied"], emptied);

    let told = told(&past).await;
    let count: u32 = told.iter().map(|(_, compacted)| compacted.renewals).sum();
    assert_eq!(usize::try_from(count).unwrap(), emptied);
    assert!(
        told.iter()
            .all(|(_, compacted)| compacted.recorded_before == at(LATER))
    );
    past.write_views().await;
    let said = past.replay(&["verify", "--seal", seal]);
    assert_eq!(said.code, Some(0), "{said:#?}");
}

#[tokio::test]
async fn compacting_again_finds_nothing_and_writes_nothing() {
    let past = past().await;
    compact(&past);
    let rows_before = rows(past.database.pool()).await;
    let said = compact(&past);
    assert_eq!(said.documents[0]["emptied"], 0);
    // Nor when it has forgotten where it was.
    past.sql("delete from retention").await;
    let said = compact(&past);
    assert_eq!(said.documents[0]["emptied"], 0);
    assert_eq!(rows(past.database.pool()).await, rows_before);
}

#[tokio::test]
async fn what_is_young_stays() {
    let past = past().await;
    let first = past.world.events[0].recorded_at.to_string();
    let said = past.replay(&["compact", "--before", &first]);
    assert_eq!(said.documents[0]["emptied"], 0);
    assert!(told(&past).await.is_empty());
}

#[tokio::test]
async fn two_that_compact_at_once_empty_each_renewal_once() {
    let past = past().await;
    let step = async || {
        let mut connection = past.database.pool().acquire().await.unwrap();
        let mut emptied = 0;
        loop {
            let (partition, scope) = (Partition::new(0), Scope::Renewals);
            let step = retention::compact(&mut connection, partition, scope, at(LATER)).await;
            let step: Compaction = step.unwrap();
            emptied += step.emptied;
            if !step.more {
                return emptied;
            }
        }
    };
    let (one, other) = tokio::join!(step(), step());
    let told = told(&past).await;
    let count: u32 = told.iter().map(|(_, compacted)| compacted.renewals).sum();
    assert_eq!(one + other, u64::from(count));
    past.write_views().await;
    let said = past.replay(&["verify"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
}

/// The hold's last renewal in the history.
fn renewal(past: &Past, hold: HoldId) -> &RecordedEvent {
    let of_hold = |event: &&RecordedEvent| match &event.event {
        domain::event::Event::ResourceDay(ResourceDayEvent::HoldRenewed(renewed)) => {
            renewed.hold_id == hold
        }
        _ => false,
    };
    past.world.events.iter().rfind(of_hold).unwrap()
}

#[tokio::test]
async fn a_moment_among_emptied_renewals_says_so() {
    let past = past().await;
    let position = renewal(&past, hold_id(1)).position.to_string();
    let day = ["state", "--at", &position, "day", "studio-a", "2026-11-24"];
    let before = past.replay(&day);
    let held = &before.documents[0]["days"][0]["holds"][0];
    assert_eq!(held["lease"], serde_json::json!(Lease::Presence));
    assert_eq!(held["compacted"], false);
    compact(&past);
    let after = past.replay(&day);
    let then = &after.documents[0]["days"][0]["holds"][0];
    assert_eq!(then["lease"], serde_json::Value::Null);
    assert_eq!(then["compacted"], true);
    for known in ["holdId", "span", "renewedAt", "leaseExpiresAt", "renewals"] {
        assert_eq!(then[known], held[known], "{known}");
    }
    let said = past.said(&day);
    assert!(said.contains("its events were compacted"), "{said}");
}

#[tokio::test]
async fn an_audit_tells_of_emptied_renewals() {
    let past = past().await;
    compact(&past);
    let said = past.said(&["audit", "day", "studio-a", "2026-11-24"]);
    assert!(said.contains("renewals emptied"), "{said}");
    let said = past.replay(&["audit", "resource", "studio-a"]);
    let position = renewal(&past, hold_id(1)).position.get();
    let mut entries = said.documents.iter();
    let entry = entries.find(|entry| entry["position"] == position).unwrap();
    assert_eq!(entry["payload"], serde_json::Value::Null);
}

#[track_caller]
fn assert_told(past: &Past, promise: &str, place: &str, position: Option<Position>) {
    let said = past.replay(&["verify"]);
    assert_eq!(said.code, Some(3), "{said:#?}");
    let position = position.map(Position::get);
    assert!(said.names(promise, place, position), "{said:#?}");
}

#[tokio::test]
async fn a_renewal_that_was_emptied_behind_the_log_s_back_is_found() {
    let past = past().await;
    let position = renewal(&past, hold_id(1)).position;
    past.sql(&format!(
        "update events set payload = null where position = {position}"
    ))
    .await;
    assert_told(&past, "retention", TUESDAY_STREAM, Some(position));
}

#[tokio::test]
async fn emptied_renewals_of_which_the_log_no_longer_tells_are_found() {
    let past = past().await;
    compact(&past);
    let plant = "delete from events where event_type = 'RenewalsCompacted'";
    past.sql(plant).await;
    let position = renewal(&past, hold_id(1)).position;
    assert_told(&past, "retention", TUESDAY_STREAM, Some(position));
}

#[tokio::test]
async fn an_emptied_renewal_of_a_hold_that_lives_is_found() {
    let past = past().await;
    let position = renewal(&past, hold_id(3)).position;
    past.sql(&format!(
        "update events set payload = null where position = {position}"
    ))
    .await;
    assert_told(&past, "holdEnds", &format!("hold {}", hold_id(3)), None);
}

fn compact_holds(past: &Past) -> Said {
    past.replay(&["compact", "--holds", "--before", LATER])
}

/// The hold that was placed, never renewed and released, and nothing else.
const RELEASED: u128 = 10;

/// A history in which enough holds of a day ended without a booking, and one lives.
async fn past_with_holds() -> Past {
    let mut past = Past::new().await;
    past.world.now = past.world.now.plus_ms(3_600_000);
    past.world.expires().await;
    let six = span("2026-11-24T18:00", 60);
    past.world.does(hold(B, six, RELEASED)).await;
    past.world.does(leave(B)).await;
    past.world.does(hold(B, six, 11)).await;
    past.world.now = past.world.now.plus_ms(5_000);
    past.world.does(hold(B, six, 11)).await;
    past.world.does(leave(B)).await;
    past.world.does(hold(A, six, 12)).await;
    past.write_views().await;
    past
}

#[tokio::test]
async fn all_that_is_told_of_unbooked_holds_loses_its_payload_and_nothing_else_changes() {
    let past = past_with_holds().await;
    let folder = tempfile::tempdir().unwrap();
    let seal = folder.path().join("seal.json");
    let seal = seal.to_str().unwrap();
    assert_eq!(past.replay(&["seal", "--out", seal]).code, Some(0));
    let before = rows(past.database.pool()).await;
    let booked: Vec<i64> = sqlx::query_scalar(
        "select position from events where hold_id in (
            select hold_id from events where event_type = 'HoldConsumed'
        )",
    )
    .fetch_all(past.database.pool())
    .await
    .unwrap();

    let said = compact_holds(&past);
    assert_eq!(said.code, Some(0), "{said:#?}");
    let after = rows(past.database.pool()).await;
    let mut emptied = 0;
    for (old, new) in before.iter().zip(&after).filter(|(old, new)| old != new) {
        emptied += 1;
        let of_holds = ["HoldPlaced", "HoldRenewed", "HoldReleased", "HoldExpired"];
        assert!(of_holds.contains(&old.3.as_str()), "{old:?}");
        assert!(!booked.contains(&old.0), "{old:?}");
        assert_eq!(new.6, None);
        assert_eq!(
            (&old.0, &old.1, &old.2, &old.4, &old.5),
            (&new.0, &new.1, &new.2, &new.4, &new.5)
        );
    }
    assert!(emptied > 0, "{said:#?}");
    assert_eq!(said.documents[0]["emptied"], emptied);
    assert!(!booked.is_empty());
    past.write_views().await;
    let said = past.replay(&["verify", "--seal", seal]);
    assert_eq!(said.code, Some(0), "{said:#?}");

    // Again it finds nothing; and renewals of booked holds are still its other half.
    assert_eq!(compact_holds(&past).documents[0]["emptied"], 0);
    compact(&past);
    past.write_views().await;
    let said = past.replay(&["verify", "--seal", seal]);
    assert_eq!(said.code, Some(0), "{said:#?}");
}

#[tokio::test]
async fn views_are_rebuilt_from_a_log_whose_old_holds_are_empty() {
    let past = past_with_holds().await;
    assert_ne!(compact_holds(&past).documents[0]["emptied"], 0);
    past.write_views().await;
    let said = past.replay(&["rebuild"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    let said = past.replay(&["verify"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
}

/// Where a hold was placed.
fn placing(past: &Past, hold: HoldId) -> Position {
    let of_hold = |event: &&RecordedEvent| match &event.event {
        domain::event::Event::ResourceDay(ResourceDayEvent::HoldPlaced(placed)) => {
            placed.hold_id == hold
        }
        _ => false,
    };
    past.world.events.iter().find(of_hold).unwrap().position
}

#[tokio::test]
async fn a_moment_of_an_emptied_hold_tells_who_held_what_and_that_the_rest_is_gone() {
    let past = past_with_holds().await;
    let position = placing(&past, hold_id(RELEASED)).to_string();
    let day = ["state", "--at", &position, "day", "studio-a", "2026-11-24"];
    let before = past.replay(&day);
    let id = serde_json::json!(hold_id(RELEASED));
    let held = |said: &Said| {
        let holds = said.documents[0]["days"][0]["holds"].as_array().unwrap();
        holds
            .iter()
            .find(|hold| hold["holdId"] == id)
            .cloned()
            .unwrap()
    };
    let held_before = held(&before);
    assert_eq!(held_before["compacted"], false);
    compact_holds(&past);
    let held_after = held(&past.replay(&day));
    assert_eq!(held_after["compacted"], true);
    assert_eq!(held_after["lease"], serde_json::Value::Null);
    for known in [
        "sessionId",
        "span",
        "slots",
        "placedAt",
        "leaseExpiresAt",
        "renewals",
    ] {
        assert_eq!(held_after[known], held_before[known], "{known}");
    }
    assert!(past.said(&day).contains("its events were compacted"));
}

#[tokio::test]
async fn an_audit_tells_of_emptied_holds() {
    let past = past_with_holds().await;
    compact_holds(&past);
    let said = past.said(&["audit", "day", "studio-a", "2026-11-24"]);
    assert!(said.contains("holds emptied"), "{said}");
    assert!(said.contains("what else it said is emptied"), "{said}");
}

#[tokio::test]
async fn a_hold_that_was_emptied_though_it_was_booked_is_found() {
    let past = past_with_holds().await;
    let booked: i64 = sqlx::query_scalar(
        "select min(position) from events where event_type = 'HoldPlaced' and hold_id in (
            select hold_id from events where event_type = 'HoldConsumed'
        )",
    )
    .fetch_one(past.database.pool())
    .await
    .unwrap();
    past.sql(&format!(
        "update events set payload = null where position = {booked}"
    ))
    .await;
    let said = past.replay(&["verify"]);
    assert_eq!(said.code, Some(3), "{said:#?}");
    let told = format!("{said:?}");
    assert!(told.contains("a booking took its place"), "{told}");
}

#[tokio::test]
async fn holds_that_retention_has_emptied_come_back_empty_from_an_export() {
    let past = past_with_holds().await;
    compact_holds(&past);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.jsonl");
    let file = file.to_str().unwrap();
    let said = past.replay(&["export", file]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    let copy = eventlog::testing::TestDatabase::new().await;
    let said = crate::harness::replay(&copy, &["import", file]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(rows(copy.pool()).await, rows(past.database.pool()).await);
}
