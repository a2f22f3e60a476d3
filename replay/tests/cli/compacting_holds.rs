//! Retention: all that is told of old holds that ended without a booking is emptied.

use domain::{ids::HoldId, resource_day::ResourceDayEvent};
use eventlog::{Position, RecordedEvent};

use crate::{
    compacting::{LATER, TUESDAY_STREAM, assert_told, compact, rows},
    harness::{self, Past, Said, write_views},
    support::{A, B, Node, hold, hold_id, leave, span},
    upgrades::upgraded,
};

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
    let day = ["day", "studio-a", "2026-11-24"];
    let said = past.said(&[&["audit", "--timezone", "America/New_York"], &day[..]].concat());
    let placed = said.lines().find(|line| line.contains("what else it said"));
    assert!(placed.unwrap().contains("-05:00"), "{said}");
    let compacted = said.lines().find(|line| line.contains("unbooked holds"));
    assert!(compacted.unwrap().contains("-05:00)"), "{said}");
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
    let said = harness::replay(&copy, &["import", file]);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(rows(copy.pool()).await, rows(past.database.pool()).await);
}

/// Changes of what retention has left of a hold's placing; the first five of its end too.
const CHANGES: [&str; 9] = [
    "recorded_at = recorded_at - interval '1 ms'",
    r#"metadata = '{"actor":"system","causation":"Forged"}'"#,
    "mask = ~mask",
    "payload_hash = sha256('forged')",
    "payload_hash = null",
    "session_id = gen_random_uuid()",
    "span_start = span_start - interval '15 minutes'",
    "span_slots = span_slots + 1",
    "lease_expires_at = lease_expires_at + interval '1 hour'",
];

#[tokio::test]
async fn what_is_left_of_an_emptied_hold_can_not_be_changed_unseen() {
    let past = past_with_holds().await;
    compact_holds(&past);
    past.write_views().await;
    assert_eq!(past.replay(&["verify"]).code, Some(0));
    let (placing, end) = (
        placing(&past, hold_id(RELEASED)),
        end(&past, hold_id(RELEASED)),
    );
    for (position, changes) in [(placing, &CHANGES[..]), (end, &CHANGES[..5])] {
        let keep = format!(
            "drop table if exists kept;
            create table kept as select * from events where position = {position}"
        );
        past.sql(&keep).await;
        for change in changes {
            let forge = format!("update events set {change} where position = {position}");
            past.sql(&forge).await;
            assert_told(&past, "hash", TUESDAY_STREAM, Some(position));
            let restore = format!(
                "delete from events where position = {position};
                insert into events select * from kept"
            );
            past.sql(&restore).await;
        }
    }
    assert_eq!(past.replay(&["verify"]).code, Some(0));
}

/// Where a hold was released.
fn end(past: &Past, hold: HoldId) -> Position {
    let of_hold = |event: &&RecordedEvent| match &event.event {
        domain::event::Event::ResourceDay(ResourceDayEvent::HoldReleased(released)) => {
            released.hold_id == hold
        }
        _ => false,
    };
    past.world.events.iter().find(of_hold).unwrap().position
}

#[tokio::test]
async fn a_hold_that_was_changed_keeps_what_it_says() {
    let past = past_with_holds().await;
    let position = placing(&past, hold_id(RELEASED));
    past.sql(&format!(
        "update events set {} where position = {position}",
        CHANGES[1]
    ))
    .await;
    let said = past.replay(&["compact", "--holds", "--before", LATER]);
    assert_eq!(said.code, Some(3), "{said:#?}");
    let changed = said.documents[0]["changed"].to_string();
    assert!(
        changed.contains(&format!("position {position}:")),
        "{said:#?}"
    );
    let kept =
        format!("select count(*) from events where position = {position} and payload is not null");
    let kept: i64 = sqlx::query_scalar(&kept)
        .fetch_one(past.database.pool())
        .await
        .unwrap();
    assert_eq!(kept, 1);
}

/// Their columns do not tell all that their hashes cover: how many renewals there were,
/// and how long the hold could be renewed.
#[tokio::test]
async fn holds_of_the_first_release_keep_what_they_say() {
    let database = upgraded().await;
    let due: i64 = sqlx::query_scalar(
        "select count(*) from events
        where aggregate_id = 'studio-a/2027-03-05'
            and event_type in ('HoldPlaced', 'HoldReleased')",
    )
    .fetch_one(database.pool())
    .await
    .unwrap();
    assert!(due > 2);
    let before = rows(database.pool()).await;
    let compacted = ["compact", "--holds", "--before", "2028-01-01T00:00:00Z"];
    let compacted = harness::replay(&database, &compacted);
    assert_eq!(compacted.code, Some(0), "{compacted:#?}");
    assert_eq!(rows(database.pool()).await, before);
    write_views(&Node::of(&database, 1).await).await;
    let verified = harness::replay(&database, &["verify"]);
    assert_eq!(verified.code, Some(0), "{verified:#?}");
}
