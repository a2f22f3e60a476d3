//! `audit`: what happened, to whom it happened and for how long.

use std::{collections::BTreeSet, process::Command};

use eventlog::testing::TestDatabase;
use serde_json::Value;

use crate::{
    harness::{Past, said},
    support::{B, NOW, Node, World, at, booking_id, hold_id, put},
};

/// The lines of a history, without its title, its head and what is said below it.
fn entries(told: &str) -> Vec<String> {
    let lines = told.lines().skip(3);
    let lines = lines.take_while(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// Of each line what follows the time, with single spaces.
fn words(entry: &str) -> String {
    let words = entry.split_whitespace().skip(3);
    words.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_booking_is_told_from_its_hold_to_its_end() {
    let past = Past::new().await;
    let id = booking_id(1).to_string();
    let told = past.said(&["audit", "booking", &id]);
    let entries: Vec<String> = entries(&told).iter().map(|entry| words(entry)).collect();
    assert_eq!(
        entries[..2],
        [
            "system hold booked hold 000000000001 held for 5.0 s, renewed once; by booking 010101010101",
            "system booking made booking 010101010101 2026-11-24 22:00 to 2026-11-25 03:00",
        ],
        "{told}"
    );
    let moved = past.said(&["audit", "booking", &booking_id(2).to_string()]);
    assert!(
        moved.contains("from 2026-11-24 13:00 to 14:00; to 2026-11-24 15:00 to 16:00"),
        "{moved}"
    );
}

#[tokio::test]
async fn a_session_s_history_has_its_holds_and_bookings_and_nobody_else_s() {
    let past = Past::new().await;
    let told = past.said(&["audit", "--renewals", "--full", "session", &B.to_string()]);
    let released = hold_id(2).to_string();
    let mine = |entry: &&String| entry.contains(&released) && entry.contains("hold released");
    assert_eq!(entries(&told).iter().filter(mine).count(), 1, "{told}");
    assert!(told.contains(&booking_id(3).to_string()), "{told}");
    for other in [hold_id(1).to_string(), booking_id(1).to_string()] {
        assert!(!told.contains(&other), "{told}");
    }
}

#[tokio::test]
async fn a_day_is_told_slot_by_slot() {
    let past = Past::new().await;
    let told = past.said(&["audit", "day", "studio-a", "2026-11-25"]);
    let entries: Vec<String> = entries(&told).iter().map(|entry| words(entry)).collect();
    assert_eq!(
        entries[..3],
        [
            "system hold placed hold 000000000001 2026-11-24 22:00 to 2026-11-25 03:00; leased to 2026-11-23 09:00:10.000",
            "system hold booked hold 000000000001 held for 5.0 s, renewed once; by booking 010101010101",
            "system slots booked booking 010101010101 00:00 to 03:00",
        ],
        "{told}"
    );
}

#[tokio::test]
async fn renewals_are_counted_and_listed_when_asked_for() {
    let past = Past::new().await;
    let brief = past.said(&["audit", "resource", "studio-a"]);
    let renewals = past.world.events.iter();
    let renewals = renewals.filter(|event| {
        event.event.event_type() == "HoldRenewed"
            && event.stream.aggregate_id().starts_with("studio-a/")
    });
    let renewals = renewals.count();
    assert!(renewals > 0);
    assert!(!brief.contains("hold renewed"), "{brief}");
    assert!(
        brief.contains(&format!("{renewals} renewal")) && brief.contains("left out"),
        "{brief}"
    );
    assert!(brief.contains("the servers' logs"), "{brief}");
    let long = past.said(&["audit", "--renewals", "resource", "studio-a"]);
    assert_eq!(long.matches("hold renewed").count(), renewals, "{long}");
    // In columns: whatever stands in them, all begin at the same places.
    let entries = entries(&long);
    let at = |entry: &String| entry.find("hold ").or(entry.find("booking "));
    let column = entries.iter().filter_map(at).min().unwrap();
    for entry in &entries {
        assert_eq!(entry.as_bytes()[column - 1], b' ', "{entry}");
    }
}

#[tokio::test]
async fn a_stretch_of_a_history_holds_what_lies_in_it_and_knows_holds_from_before() {
    let past = Past::new().await;
    let all = past.replay(&["audit", "resource", "studio-a"]);
    let position = |entry: &Value| entry["position"].as_u64().unwrap();
    let consumed = |entry: &&Value| entry["eventType"] == "HoldConsumed";
    let end = all.documents.iter().find(consumed).unwrap();
    assert_eq!(end["heldMs"], 5_000);
    let at = position(end).to_string();
    let there = past.replay(&["audit", "--from", &at, "--to", &at, "resource", "studio-a"]);
    assert_eq!(there.documents, std::slice::from_ref(end));

    let time = end["recordedAt"].as_str().unwrap();
    let then = past.replay(&[
        "audit", "--from", time, "--to", time, "resource", "studio-a",
    ]);
    let same = all.documents.iter();
    let same: Vec<&Value> = same.filter(|entry| entry["recordedAt"] == time).collect();
    assert_eq!(then.documents.iter().collect::<Vec<_>>(), same);
}

/// Of each line what stands before the time: partition and position.
fn place(entry: &str) -> (u16, u64) {
    let (partition, position) = entry
        .trim()
        .split_once(' ')
        .unwrap()
        .0
        .split_once('.')
        .unwrap();
    (partition.parse().unwrap(), position.parse().unwrap())
}

#[tokio::test]
async fn all_resources_are_told_in_one_order_of_time() {
    let database = TestDatabase::new().await;
    let node = Node::of(&database, 4).await;
    let mut world = World::new(&node.log).await;
    for minute in 0..8_u64 {
        world.now = at(NOW).plus_ms(minute * 60_000);
        let id = format!("room-{minute}").parse().unwrap();
        world.does(put(&id, "A room")).await;
    }
    let told = said(&database, &["audit", "all"]);
    let names: Vec<_> = (0..8).map(|number| format!("room-{number} ")).collect();
    let entries = entries(&told);
    assert_eq!(entries.len(), names.len(), "{told}");
    for (entry, name) in entries.iter().zip(&names) {
        assert!(entry.contains(name), "{told}");
    }
    let partitions: BTreeSet<_> = entries.iter().map(|entry| place(entry).0).collect();
    assert!(partitions.len() > 1, "{told}");
    // Both ends are in it, and by position it is several partitions'.
    let stretch = [
        "--from",
        "2026-11-23T09:02:00Z",
        "--to",
        "2026-11-23T10:04:00.000001+01:00",
    ];
    let told = said(&database, &[&["audit", "all"], &stretch[..]].concat());
    assert!(told.contains("\n3 entries"), "{told}");
    assert_eq!(
        replay_code(&database, &["audit", "all", "--from", "1"]),
        Some(2)
    );
}

fn replay_code(database: &TestDatabase, arguments: &[&str]) -> Option<i32> {
    Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(["--database-url", &database.url()])
        .args(arguments)
        .output()
        .unwrap()
        .status
        .code()
}

#[tokio::test]
async fn what_somebody_did_is_told_and_who_that_is() {
    let past = Past::new().await;
    past.sql(
        "update events set metadata = json_build_object('actor', 'session', 'actorId', \
         '00000000-0000-0000-0000-00000000000b', 'requestId', 'r-' || position, \
         'causation', 'Test') where position in (2, 3);
         update events set metadata = json_build_object('actor', 'admin', 'actorId', \
         '0a1b2c3d', 'causation', 'Test') where position = 1",
    )
    .await;
    let places = |subject: &[&str]| -> Vec<u64> {
        let said = past.replay(&[&["audit"], subject].concat());
        let position = |entry: &Value| entry["position"].as_u64().unwrap();
        said.documents.iter().map(position).collect()
    };
    let session = format!("session:{B}");
    assert_eq!(places(&["actor", &session]), [2, 3]);
    assert_eq!(places(&["actor", "admin"]), [1]);
    assert_eq!(places(&["actor", "admin:0a1b2c3d"]), [1]);
    assert_eq!(places(&["actor", "admin:ffffffff"]), [0_u64; 0]);
    assert_eq!(places(&["actor", "manage-token"]), [0_u64; 0]);
    assert!(places(&["actor", "system"]).len() > 10);
    assert_eq!(places(&["request", "r-3"]), [3]);
    let told = past.said(&["audit", "all", "--to", "2026-11-23T09:00:01Z"]);
    assert!(
        told.contains("\nadmin: whoever has the admin key"),
        "{told}"
    );
    assert!(told.contains("\nsession: a visitor's browser"), "{told}");
    assert!(!told.contains("\nmanage token: "), "{told}");
}

#[tokio::test]
async fn times_are_told_by_another_clock_beside_utc() {
    let past = Past::new().await;
    let zoned = |zone| past.said(&["audit", "--timezone", zone, "resource", "studio-a"]);
    let told = zoned("America/New_York");
    assert!(told.contains("TIME (America/New_York)"), "{told}");
    assert!(
        told.contains("2026-11-23 09:00:00.000  2026-11-23 04:00:00.000 -05:00"),
        "{told}"
    );
    assert!(
        told.contains("2026-11-24 13:00 to 14:00 (2026-11-24 08:00-05:00 to 09:00-05:00)"),
        "{told}"
    );
    let told = zoned("resource");
    assert!(told.contains("2026-11-23 09:00:00.000 +00:00"), "{told}");
    let first = past.replay(&["audit", "--timezone", "Asia/Tokyo", "resource", "studio-a"]);
    assert_eq!(
        first.documents[0]["recordedAtLocal"],
        "2026-11-23T18:00:00.000+09:00"
    );
}

#[tokio::test]
async fn what_does_not_read_is_told_as_such() {
    let past = Past::new().await;
    past.sql("update events set payload = '{}' where position = 2")
        .await;
    let told = past.said(&["audit", "--to", "2", "resource", "studio-a"]);
    assert!(told.contains("does not read"), "{told}");
    let none = past.said(&["audit", "session", "00000000-0000-0000-0000-0000000000ff"]);
    assert!(none.contains("nothing happened"), "{none}");
    let stranger = past.fails(&["audit", "booking", "00ff0202-0202-8202-8202-020202020202"]);
    assert!(stranger.contains("was never made"), "{stranger}");
}
