//! The log, as an auditor follows it.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use domain::{
    calendar::{SlotMask, Timestamp},
    partition::Partition,
};
use eventlog::{HashVersion, HashedRow, MaskColumn, Position, Tip, TypedColumns};
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use uuid::Uuid;

use crate::{
    server::{ADMIN_KEY, AUDITOR_KEY, Server, studio},
    stream::{Block, Stream},
    treatment::Dice,
};

fn auditor(request: RequestBuilder) -> RequestBuilder {
    request.bearer_auth(AUDITOR_KEY)
}

/// The next event, past comments.
async fn next(stream: &mut Stream) -> (Block, Value) {
    loop {
        let block = stream.next().await.unwrap();
        if !block.is_comment() {
            let data = block.data();
            assert_eq!(block.event(), data["eventType"].as_str());
            return (block, data);
        }
    }
}

#[tokio::test]
async fn an_auditor_sees_every_event_once_and_in_the_order_of_its_partition() {
    let server = Server::with_studio().await;
    server.put("studio-b", studio()).await.expect(201);
    let ann = server.visitor().await;
    let mut stream = Stream::open(&server, "/v1/log", auditor).await;
    ann.beat("2031-03-03T13:00:00Z", 60).await.expect(200);
    ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);

    let mut last: HashMap<u64, u64> = HashMap::new();
    let mut kinds = Vec::new();
    for _ in 0..6 {
        let (_, event) = next(&mut stream).await;
        let partition = event["partition"].as_u64().unwrap();
        let position = event["position"].as_u64().unwrap();
        let before = last.insert(partition, position).unwrap_or_default();
        assert_eq!(position, before + 1);
        assert_eq!(event["hash"].as_str().unwrap().len(), 64);
        kinds.push(event["eventType"].as_str().unwrap().to_owned());
    }
    kinds.sort_unstable();
    let mut all = [
        "ResourceRegistered",
        "ResourceRegistered",
        "HoldPlaced",
        "HoldConsumed",
        "SlotsBooked",
        "BookingConfirmed",
    ];
    all.sort_unstable();
    assert_eq!(kinds, all);
    let text = String::from_utf8(stream.bytes.clone()).unwrap();
    assert!(!text.contains("Ann"), "attendees are sealed: {text}");
}

/// What an auditor needs of an event to check its hash, to the byte.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    partition: u16,
    position: u64,
    aggregate_type: String,
    aggregate_id: String,
    sequence: u64,
    event_type: String,
    event_version: String,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
    payload_hash: Option<String>,
    #[serde(borrow)]
    metadata: &'a RawValue,
    recorded_at: Timestamp,
    hash: String,
    hash_version: i16,
    tip: Option<String>,
    resource_id: String,
    columns: Columns,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Columns {
    day: Option<NaiveDate>,
    mask: Option<String>,
    booking_id: Option<Uuid>,
    hold_id: Option<Uuid>,
    session_id: Option<Uuid>,
    span_start: Option<Timestamp>,
    span_slots: Option<i32>,
    lease_expires_at: Option<Timestamp>,
}

impl Columns {
    fn typed(&self) -> TypedColumns {
        let mask = self.mask.as_deref().map(|hex| {
            let bits = u128::from_str_radix(hex, 16).unwrap() << 32;
            MaskColumn(SlotMask::from_bits(bits.reverse_bits()))
        });
        TypedColumns {
            day: self.day,
            mask,
            booking_id: self.booking_id,
            hold_id: self.hold_id,
            session_id: self.session_id,
            span_start: self.span_start.map(Timestamp::to_datetime),
            span_slots: self.span_slots,
            lease_expires_at: self.lease_expires_at.map(Timestamp::to_datetime),
        }
    }
}

impl Row<'_> {
    /// The hash that its row must have by all that is told of it, in hexadecimal.
    fn computed(&self) -> String {
        let payload_hash = self.payload_hash.as_deref().map(bytes);
        let hashed = HashedRow {
            partition: Partition::new(self.partition),
            position: Position::new(self.position),
            aggregate_type: &self.aggregate_type,
            aggregate_id: &self.aggregate_id,
            sequence: self.sequence,
            event_type: &self.event_type,
            event_version: &self.event_version,
            payload: self.payload.map(RawValue::get),
            payload_hash: payload_hash.as_deref(),
            metadata: self.metadata.get(),
            recorded_at: self.recorded_at.to_datetime(),
            tip: self.tip.as_deref().map(|tip| Tip(tip.parse().unwrap())),
            resource_id: &self.resource_id,
            columns: self.columns.typed(),
        };
        assert_eq!(self.hash_version, 2);
        let hash = hashed.hash(HashVersion::Two).unwrap();
        hash.map(|byte| format!("{byte:02x}")).concat()
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(byte).collect()
}

/// Asserts that the hashes of the next events can be computed; returns the events.
async fn checked(stream: &mut Stream, count: i64) -> Vec<Value> {
    let mut events = Vec::new();
    for _ in 0..count {
        let (block, event) = next(stream).await;
        let data = block.0.split_once("data: ").unwrap().1;
        let row: Row<'_> = serde_json::from_str(data).unwrap();
        assert_eq!(row.computed(), row.hash, "{data}");
        events.push(event);
    }
    events
}

/// Visitors that hold, book and leave, as the dice have it.
async fn drawn(server: &Server, dice: &mut Dice) {
    let visitors = [server.visitor().await, server.visitor().await];
    for _ in 0..12 {
        let visitor = &visitors[usize::from(dice.below(2) == 1)];
        let (day, hour) = (1 + dice.below(2), dice.below(24));
        let start = format!("2031-03-0{day}T{hour:02}:00:00Z");
        // What somebody else has is refused, which writes nothing.
        match dice.below(4) {
            0 => visitor.leave().await,
            1 => visitor.book(&start, 60).await,
            _ => visitor.beat(&start, 120).await,
        };
    }
}

#[tokio::test]
async fn the_hash_of_an_event_can_be_checked_by_what_the_stream_tells_of_it() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let mut stream = Stream::open(&server, "/v1/log", auditor).await;
    checked(&mut stream, 3).await;
}

#[tokio::test]
async fn the_hashes_of_drawn_events_can_be_checked_whenever_they_were_decided() {
    for seed in 0..4 {
        let mut dice = Dice::new(seed);
        let before = Server::with_studio().await;
        drawn(&before, &mut dice).await;
        let database = Arc::clone(&before.database);
        before.stop().await;
        // The clock of the database was ahead when the last event was written.
        sqlx::query("update heads set last_at = last_at + interval '1 hour' where position > 0")
            .execute(database.pool())
            .await
            .unwrap();
        let server = Server::on(database, &[]).await;
        server
            .visitor()
            .await
            .book("2031-03-05T13:00:00Z", 60)
            .await
            .expect(201);
        drawn(&server, &mut dice).await;

        let count = server.heads().await.into_iter().sum();
        let mut stream = Stream::open(&server, "/v1/log", auditor).await;
        let events = checked(&mut stream, count).await;
        let decided_before = |event: &&Value| event["metadata"]["decidedAt"].is_string();
        let late = events.iter().filter(decided_before).count();
        assert!((2..events.len()).contains(&late), "{events:#?}");
    }
}

#[tokio::test]
async fn an_emptied_renewal_comes_without_what_it_said() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    for lease in ["presence", "checkout"] {
        let beat = json!({"start": "2031-03-03T13:00:00Z", "duration": 60, "lease": lease});
        let path = "/v1/resources/studio-a/heartbeat";
        ann.post(path, &beat).await.expect(200);
    }
    sqlx::query(
        "update events
        set payload_hash = sha256(convert_to(payload::text, 'UTF8')), payload = null
        where event_type = 'HoldRenewed'",
    )
    .execute(server.database.pool())
    .await
    .unwrap();
    let mut stream = Stream::open(&server, "/v1/log", auditor).await;
    let events = checked(&mut stream, 3).await;
    let renewed = &events[2];
    assert_eq!(renewed["eventType"], "HoldRenewed");
    assert_eq!(renewed["payload"], Value::Null);
    assert_eq!(renewed["payloadHash"].as_str().unwrap().len(), 64);
    assert_eq!(renewed["hash"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn a_cursor_goes_on_where_it_was_given() {
    let server = Server::with_studio().await;
    let ann = server.visitor().await;
    ann.book("2031-03-03T13:00:00Z", 60).await.expect(201);
    let mut stream = Stream::open(&server, "/v1/log", auditor).await;
    let (first, _) = next(&mut stream).await;
    let (_, second) = next(&mut stream).await;
    drop(stream);
    let path = format!("/v1/log?after={}", first.id().unwrap());
    let mut resumed = Stream::open(&server, &path, auditor).await;
    assert_eq!(next(&mut resumed).await.1, second);
    let by_header = |request| auditor(request).header("Last-Event-ID", first.id().unwrap());
    let mut resumed = Stream::open(&server, "/v1/log", by_header).await;
    assert_eq!(next(&mut resumed).await.1, second);
}

#[tokio::test]
async fn only_auditors_read_the_log_and_only_from_its_own_cursors() {
    let server = Server::with_studio().await;
    let path = "/v1/log";
    server.get(path).await.problem(401, "auditor_key_missing");
    let admin = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    server
        .send(Method::GET, path, admin)
        .await
        .problem(403, "auditor_key_wrong");
    // As a log has them unless told otherwise.
    let partitions = 4;
    let positions = ".0".repeat(partitions);
    for (after, status, code) in [
        ("nonsense".to_owned(), 400, "invalid_cursor"),
        ("0123456789abcdef.1".to_owned(), 400, "invalid_cursor"),
        (format!("0123456789abcdef{positions}"), 409, "epoch_changed"),
    ] {
        let path = format!("{path}?after={after}");
        let refused = server.send(Method::GET, &path, auditor).await;
        refused.problem(status, code);
    }
}
