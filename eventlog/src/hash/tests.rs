use chrono::{DateTime, Utc};
use domain::partition::Partition;
use uuid::Uuid;

use super::*;
use crate::{MaskColumn, Position, Tip, TypedColumns};

const PAYLOAD: &str =
    r#"{"SlotsBooked":{"bookingId":"00000000-0000-8000-8000-000000000001","slots":"56-59"}}"#;

fn time(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).expect("a time")
}

fn row() -> HashedRow<'static> {
    HashedRow {
        partition: Partition::new(3),
        position: Position::new(42),
        aggregate_type: "ResourceDay",
        aggregate_id: "studio-a/2026-11-24",
        sequence: 7,
        event_type: "SlotsBooked",
        event_version: "1.0",
        payload: Some(PAYLOAD),
        payload_hash: None,
        metadata: r#"{"actor":"system","causation":"Test"}"#,
        recorded_at: time(1_795_428_583_430_000),
        tip: Some(Tip(-5)),
        resource_id: "studio-a",
        columns: TypedColumns {
            day: "2026-11-24".parse().ok(),
            mask: Some(MaskColumn("56-59".parse().expect("a mask"))),
            booking_id: Some(Uuid::from_u128(0x8000_8000_0000_0000_0001)),
            ..TypedColumns::default()
        },
    }
}

fn hex(hash: Option<[u8; 32]>) -> String {
    let hash = hash.expect("a hash");
    hash.map(|byte| format!("{byte:02x}")).concat()
}

/// The values come from another implementation of the table: stored hashes must be
/// checkable for ever.
#[test]
fn both_encodings_are_fixed() {
    assert_eq!(
        hex(row().hash(HashVersion::One)),
        "3852e037e2d3b9e79a19d11e41c80db5b560fb12104d0b1f64651c21c44ffe6c"
    );
    assert_eq!(
        hex(row().hash(HashVersion::Two)),
        "b7f25593277a30e0b3ab91288c525fa290c4f43c37e66a8137e7ce72c7b5ca89"
    );
}

/// A change of one field of a row.
type Change = fn(&mut HashedRow<'static>);

/// What both versions cover.
const BOTH: [Change; 11] = [
    |row| row.partition = Partition::new(4),
    |row| row.position = Position::new(43),
    |row| row.aggregate_type = "Resource",
    |row| row.aggregate_id = "studio-b/2026-11-24",
    |row| row.sequence = 8,
    |row| row.event_type = "SlotsFreed",
    |row| row.event_version = "1.1",
    |row| row.payload = Some("{}"),
    |row| row.metadata = "{}",
    |row| row.recorded_at = time(1_795_428_583_431_000),
    // The same bytes, parted elsewhere.
    |row| (row.event_type, row.event_version) = ("SlotsBooked1", ".0"),
];

/// What the second version covers beside that.
const SECOND: [Change; 12] = [
    |row| row.recorded_at = time(1_795_428_583_430_001),
    |row| row.tip = None,
    |row| row.tip = Some(Tip(5)),
    |row| row.resource_id = "studio-b",
    |row| row.columns.day = None,
    |row| row.columns.mask = Some(MaskColumn("56-58".parse().expect("a mask"))),
    |row| row.columns.booking_id = None,
    |row| row.columns.hold_id = Some(Uuid::nil()),
    |row| row.columns.session_id = Some(Uuid::nil()),
    |row| row.columns.span_start = Some(time(0)),
    |row| row.columns.span_slots = Some(0),
    |row| row.columns.lease_expires_at = Some(time(0)),
];

fn check(version: HashVersion, changes: impl Iterator<Item = Change>) {
    let hash = row().hash(version).expect("a hash");
    assert_eq!(row().check(version.number(), &hash), Ok(()));
    for (nth, change) in changes.enumerate() {
        let mut other = row();
        change(&mut other);
        let found = other.check(version.number(), &hash);
        assert_eq!(found, Err(RowFault::Changed), "{version:?}, {nth}");
    }
}

#[test]
fn every_field_counts() {
    check(HashVersion::One, BOTH.into_iter());
    check(HashVersion::Two, BOTH.into_iter().chain(SECOND));
}

/// The first version has no microseconds, and no release recorded any.
#[test]
fn a_time_with_microseconds_is_none_of_the_first_version() {
    let hash = row().hash(HashVersion::One).expect("a hash");
    let mut other = row();
    other.recorded_at = time(1_795_428_583_430_001);
    assert_eq!(other.check(1, &hash), Err(RowFault::Changed));
}

#[test]
fn a_version_that_is_none_is_named() {
    let found = row().check(3, &[0; 32]);
    assert_eq!(found, Err(RowFault::UnknownVersion(3)));
}

#[test]
fn an_emptied_row_is_as_well_protected_as_a_whole_one() {
    let hash = row().hash(HashVersion::Two).expect("a hash");
    let of_payload: &'static [u8] = Box::leak(Box::new(encode::payload_hash(PAYLOAD)));
    let emptied = HashedRow {
        payload: None,
        payload_hash: Some(of_payload),
        ..row()
    };
    assert_eq!(emptied.check(2, &hash), Ok(()));
    let not_the_payload = 7;
    for (nth, change) in BOTH.into_iter().chain(SECOND).enumerate() {
        let mut other = emptied;
        change(&mut other);
        other.payload = None;
        if nth != not_the_payload {
            assert_eq!(other.check(2, &hash), Err(RowFault::Changed), "{nth}");
        }
    }
    let forged = HashedRow {
        payload_hash: Some(&[0; 32]),
        ..emptied
    };
    assert_eq!(forged.check(2, &hash), Err(RowFault::Changed));
    let lost = HashedRow {
        payload_hash: None,
        ..emptied
    };
    assert_eq!(lost.check(2, &hash), Err(RowFault::Gone));
}

#[test]
fn the_hash_beside_a_payload_is_that_of_the_payload() {
    let hash = row().hash(HashVersion::Two).expect("a hash");
    let beside = HashedRow {
        payload_hash: Some(&[0; 32]),
        ..row()
    };
    assert_eq!(beside.check(2, &hash), Err(RowFault::PayloadHash));
}

/// A renewal as the first releases wrote it.
fn renewal(payload: &str) -> HashedRow<'_> {
    HashedRow {
        event_type: "HoldRenewed",
        payload: Some(payload),
        columns: TypedColumns {
            day: "2026-11-24".parse().ok(),
            hold_id: Some(Uuid::from_u128(2)),
            lease_expires_at: Some(time(1_795_428_593_430_000)),
            ..TypedColumns::default()
        },
        ..row()
    }
}

#[test]
fn what_is_left_of_an_old_renewal_is_checked_by_what_it_must_have_said() {
    for lease in ["presence", "checkout"] {
        let payload = format!(
            "{{\"HoldRenewed\":{{\"holdId\":\"00000000-0000-0000-0000-000000000002\",\
            \"lease\":\"{lease}\",\"renewedAt\":\"2026-11-23T10:09:43.430Z\",\
            \"leaseExpiresAt\":\"2026-11-23T10:09:53.430Z\"}}}}"
        );
        let hash = renewal(&payload).hash(HashVersion::One).expect("a hash");
        let left = HashedRow {
            payload: None,
            ..renewal(&payload)
        };
        assert_eq!(left.check(1, &hash), Ok(()), "{lease}");
        let changes: [fn(&mut HashedRow<'_>); 4] = [
            |row| row.metadata = "{}",
            |row| row.recorded_at = time(1_795_428_583_431_000),
            |row| row.columns.hold_id = Some(Uuid::nil()),
            |row| row.columns.lease_expires_at = Some(time(0)),
        ];
        for change in changes {
            let mut other = left;
            change(&mut other);
            assert_eq!(other.check(1, &hash), Err(RowFault::Changed));
        }
        let forged = HashedRow {
            payload_hash: Some(&[0; 32]),
            ..left
        };
        assert_eq!(forged.check(1, &hash), Err(RowFault::PayloadHash));
    }
}

#[test]
fn an_old_row_that_is_no_renewal_can_not_be_checked_without_its_payload() {
    let hash = row().hash(HashVersion::One).expect("a hash");
    let left = HashedRow {
        payload: None,
        ..row()
    };
    assert_eq!(left.check(1, &hash), Err(RowFault::Gone));
}
