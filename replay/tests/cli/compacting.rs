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
    harness::{self, Past, Said, write_views},
    support::{A, Node, at, hold, hold_id, span},
    upgrades::upgraded,
};

/// After everything in these histories.
pub(crate) const LATER: &str = "2027-01-01T00:00:00Z";
pub(crate) const TUESDAY_STREAM: &str = "ResourceDay studio-a/2026-11-24";

/// A row of the log without what retention may take.
pub(crate) type Row = (i64, String, i64, String, Vec<u8>, String, Option<String>);

pub(crate) async fn rows(pool: &PgPool) -> Vec<Row> {
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

pub(crate) fn compact(past: &Past) -> Said {
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
            let step =
                retention::compact(&mut connection, partition, scope, at(LATER), past.world.now)
                    .await;
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
pub(crate) fn assert_told(past: &Past, promise: &str, place: &str, position: Option<Position>) {
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
    let plant = "delete from events where event_type = 'RenewalsCompacted';
        update heads set position = last.position, tip = last.tip, last_at = last.recorded_at
        from (select * from events order by position desc limit 1) as last";
    past.sql(plant).await;
    let position = renewal(&past, hold_id(1)).position;
    assert_told(&past, "retention", TUESDAY_STREAM, Some(position));
}

#[tokio::test]
async fn an_emptied_renewal_of_a_hold_that_lives_is_found() {
    let past = past().await;
    let position = renewal(&past, hold_id(3)).position;
    past.sql(&format!(
        "update events set payload = null,
            payload_hash = sha256(convert_to(payload::text, 'UTF8'))
        where position = {position}"
    ))
    .await;
    assert_told(&past, "holdEnds", &format!("hold {}", hold_id(3)), None);
}

/// A change of what retention has left of a renewal.
const CHANGES: [&str; 6] = [
    "recorded_at = recorded_at - interval '1 ms'",
    r#"metadata = '{"actor":"system","causation":"Forged"}'"#,
    "hold_id = gen_random_uuid()",
    "lease_expires_at = lease_expires_at + interval '1 hour'",
    "payload_hash = sha256('forged')",
    "payload_hash = null",
];

#[tokio::test]
async fn what_is_left_of_an_emptied_renewal_can_not_be_changed_unseen() {
    let past = past().await;
    compact(&past);
    past.write_views().await;
    assert_eq!(past.replay(&["verify"]).code, Some(0));
    let position = renewal(&past, hold_id(1)).position;
    let keep = format!("create table kept as select * from events where position = {position}");
    past.sql(&keep).await;
    for change in CHANGES {
        past.sql(&format!(
            "update events set {change} where position = {position}"
        ))
        .await;
        assert_told(&past, "hash", TUESDAY_STREAM, Some(position));
        past.sql(&format!(
            "delete from events where position = {position}; insert into events select * from kept"
        ))
        .await;
    }
    assert_eq!(past.replay(&["verify"]).code, Some(0));
}

#[tokio::test]
async fn what_is_left_of_an_emptied_renewal_of_the_first_release_can_not_either() {
    let emptied = "event_type = 'HoldRenewed' and payload is null and hash_version = 1";
    // Without the hash of its payload it is checked as well.
    for change in &CHANGES[..5] {
        let database = upgraded().await;
        let compacted =
            harness::replay(&database, &["compact", "--before", "2028-01-01T00:00:00Z"]);
        assert_eq!(compacted.code, Some(0), "{compacted:#?}");
        write_views(&Node::of(&database, 1).await).await;
        let verified = harness::replay(&database, &["verify"]);
        assert_eq!(verified.code, Some(0), "{verified:#?}");
        let one = format!(
            "(partition, position) =
                (select partition, position from events where {emptied} limit 1)"
        );
        let changed = sqlx::query(&format!("update events set {change} where {one}"))
            .execute(database.pool())
            .await;
        assert_eq!(changed.unwrap().rows_affected(), 1, "{change}");
        let verified = harness::replay(&database, &["verify"]);
        assert!(
            verified.names("hash", "ResourceDay", None),
            "{change}: {verified:#?}"
        );
    }
}

#[tokio::test]
async fn a_renewal_that_was_changed_keeps_what_it_says() {
    let past = past().await;
    let position = renewal(&past, hold_id(1)).position;
    let [_, forged, ..] = CHANGES;
    past.sql(&format!(
        "update events set {forged} where position = {position}"
    ))
    .await;
    let kept = format!("select payload::text from events where position = {position}");
    let kept = async || {
        sqlx::query_scalar::<_, Option<String>>(&kept)
            .fetch_one(past.database.pool())
            .await
            .unwrap()
    };
    let before = kept().await;
    let said = compact(&past);
    assert_eq!(said.code, Some(3), "{said:#?}");
    let changed = &said.documents[0]["changed"];
    assert_eq!(changed[0]["position"], position.get(), "{said:#?}");
    assert_eq!(changed.as_array().map(Vec::len), Some(1), "{said:#?}");
    // All others lose theirs.
    assert!(said.documents[0]["emptied"].as_u64() > Some(0), "{said:#?}");
    assert!(before.is_some());
    assert_eq!(kept().await, before);
    let said = compact(&past);
    assert_eq!(said.documents[0]["emptied"], 0, "{said:#?}");
}
