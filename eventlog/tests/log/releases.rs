//! Nodes of the release before, beside nodes of this one: on the schema as it is now,
//! its statements do what they did.

use std::path::Path;

use domain::{event::Event, partition::Partition, stream::StreamId};
use eventlog::{
    HashVersion, HashedRow, Head, Log, Position, Tip, TypedColumns, testing::TestDatabase,
};
use sqlx::{Executor, PgConnection, Row, raw_sql};

use crate::{
    statements::statements,
    support::{append, booked, node, resource},
};

/// The statements of the release before, as they were.
fn before() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/releases/0.1"
    ))
}

fn statement(name: &str) -> String {
    std::fs::read_to_string(before().join(name)).unwrap()
}

#[tokio::test]
async fn every_statement_of_the_release_before_fits_the_schema() {
    let database = TestDatabase::new().await;
    let files = statements(before());
    assert!(files.len() > 40, "found only {files:?}");
    for file in files {
        let mut statement = std::fs::read_to_string(&file).unwrap();
        // Types that are told when it is prepared; here they must be written.
        for (name, parameter, typed) in [
            ("list_bookings.sql", "$3", "$3::timestamptz"),
            ("load_days.sql", "$5", "$5::text[]"),
        ] {
            if file.ends_with(name) {
                statement = statement.replace(parameter, typed);
            }
        }
        let prepared = database.pool().prepare(&statement).await;
        assert!(prepared.is_ok(), "{}: {prepared:?}", file.display());
    }
}

/// A node of the release before: its statements, by their texts.
struct OldNode {
    connection: PgConnection,
}

impl OldNode {
    async fn new(database: &TestDatabase) -> Self {
        use sqlx::Connection;
        let connection = PgConnection::connect_with(&database.options()).await;
        Self {
            connection: connection.unwrap(),
        }
    }

    /// Runs one of its statements; returns how many rows it gives or changes.
    async fn runs(&mut self, name: &str, types: &str, values: &str) -> usize {
        let prepare = format!("prepare old ({types}) as {}", statement(name));
        self.connection.execute(raw_sql(&prepare)).await.unwrap();
        let execute = format!("execute old ({values})");
        let rows = self.connection.fetch_all(raw_sql(&execute)).await;
        let rows = rows.unwrap_or_else(|error| panic!("{name}: {error}"));
        let deallocate = raw_sql("deallocate old");
        self.connection.execute(deallocate).await.unwrap();
        rows.len()
    }

    /// Appends the next event of studio-a's day; returns whether it did.
    async fn appends(&mut self, log: &Log, sequence: u64, expected: Head) -> bool {
        let studio = resource("studio-a");
        let partition = log.partition_of(&studio);
        let pending = booked(&studio, "2026-11-24", sequence);
        let columns = TypedColumns::of(&pending.stream, &pending.event);
        let (id, payload) = (
            pending.stream.aggregate_id(),
            pending.event.payload().unwrap(),
        );
        let metadata = serde_json::to_string(&pending.metadata).unwrap();
        let at = expected.last_at.plus_ms(1);
        let row = HashedRow {
            partition,
            position: expected.position.plus(1),
            aggregate_type: "ResourceDay",
            aggregate_id: &id,
            sequence,
            event_type: "SlotsBooked",
            event_version: "1.0",
            payload: Some(&payload),
            payload_hash: None,
            metadata: &metadata,
            recorded_at: at.to_datetime(),
            tip: None,
            resource_id: "studio-a",
            columns,
        };
        let hash = row.hash(HashVersion::One).unwrap();
        let hash = hash.map(|byte| format!("{byte:02x}")).concat();
        let booking = columns.booking_id.unwrap();
        let mask: String = (0..96)
            .map(|slot| if slot == sequence % 96 { '1' } else { '0' })
            .collect();
        let values = format!(
            "{partition}::smallint, {}, 1, {}, 77, '{at}', array[row(
                'ResourceDay', '{id}', {sequence}, 'SlotsBooked', '1.0', '{payload}', '{metadata}',
                decode('{hash}', 'hex'), 'studio-a', '2026-11-24', b'{mask}', '{booking}',
                null, null, null, null, null
            )::event_row], array[]::uuid[], array[]::bytea[]",
            expected.position, expected.tip.0,
        );
        let types = "smallint, bigint, bigint, bigint, bigint, timestamptz, event_row[], uuid[], \
            bytea[]";
        self.runs("eventlog/append/append.sql", types, &values)
            .await;
        log.head(partition).await.unwrap().tip == Tip(77)
    }
}

#[tokio::test]
async fn a_node_of_the_release_before_goes_on_appending() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let first = append(&log, &studio, 1, 1).await;
    let mut old = OldNode::new(&database).await;
    assert!(old.appends(&log, 2, first.head).await);
    append(&log, &studio, 3, 1).await;

    let tail = log.read_tail(partition, Head::START).await.unwrap();
    let found: Vec<u64> = tail.events.iter().map(|event| event.sequence).collect();
    assert_eq!(found, [1, 2, 3]);
    assert!(matches!(tail.events[1].event, Event::ResourceDay(_)));
    let versions: Vec<i16> =
        sqlx::query_scalar("select hash_version from events order by position")
            .fetch_all(database.pool())
            .await
            .unwrap();
    assert_eq!(versions, [2, 1, 2]);
    // Each row is checked by its own version.
    let mut connection = database.pool().acquire().await.unwrap();
    let scanned = eventlog::scan(&mut connection, partition, Position::START, 10).await;
    assert_eq!(scanned.unwrap().len(), 3);
}

#[tokio::test]
async fn a_node_of_the_release_before_reads_what_this_one_writes() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    append(&log, &studio, 1, 3).await;
    let mut old = OldNode::new(&database).await;
    for (name, types, values, rows) in [
        ("read/read_page", "smallint, bigint, bigint", "$p, 0, 10", 3),
        (
            "read/read_streams",
            "smallint, text[], text[]",
            "$p, array['ResourceDay'], array['studio-a/2026-11-24']",
            3,
        ),
        ("read/read_days", "smallint, text, bigint", "$p, '', 10", 1),
        ("read/scan", "smallint, bigint, bigint", "$p, 0, 10", 3),
        ("append/find_tip", "smallint, bigint", "$p, 3", 1),
        ("append/lock_head", "smallint", "$p", 1),
        (
            "lease/renew_leases",
            "uuid, smallint[], text[], bigint",
            "gen_random_uuid(), array[$p], array['projection'], 2000",
            1,
        ),
        (
            "retention/last_sequences",
            "smallint, text[]",
            "$p, array['studio-a/2026-11-24']",
            1,
        ),
        (
            "chain/read_hashes",
            "smallint, bigint, bigint",
            "$p, 0, 10",
            3,
        ),
    ] {
        let values = values.replace("$p", &format!("{partition}::smallint"));
        let name = format!("eventlog/{name}.sql");
        assert_eq!(old.runs(&name, types, &values).await, rows, "{name}");
    }
}

/// It knows of no hash of a payload to leave.
#[tokio::test]
async fn what_a_node_of_the_release_before_empties_can_still_be_checked() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    append(&log, &studio, 1, 1).await;
    let empty = statement("eventlog/retention/empty.sql");
    let empty = empty.replace("'HoldRenewed'", "'SlotsBooked'");
    let emptied = sqlx::query(&empty)
        .bind(i16::try_from(log.partition_of(&studio).get()).unwrap())
        .bind([1_i64])
        .execute(database.pool())
        .await;
    assert_eq!(emptied.unwrap().rows_affected(), 1);
    let row = sqlx::query("select * from events")
        .fetch_one(database.pool())
        .await
        .unwrap();
    let stream = StreamId::parse(row.get("aggregate_type"), row.get("aggregate_id")).unwrap();
    let left = HashedRow {
        partition: Partition::new(log.partition_of(&studio).get()),
        position: Position::new(1),
        aggregate_type: stream.aggregate_type(),
        aggregate_id: row.get("aggregate_id"),
        sequence: 1,
        event_type: row.get("event_type"),
        event_version: row.get("event_version"),
        payload: None,
        payload_hash: row.get("payload_hash"),
        metadata: r#"{"actor":"system","causation":"Test"}"#,
        recorded_at: row.get("recorded_at"),
        tip: row.get::<Option<i64>, _>("tip").map(Tip),
        resource_id: row.get("resource_id"),
        columns: sqlx::FromRow::from_row(&row).unwrap(),
    };
    let hash: Vec<u8> = row.get("hash");
    assert_eq!(left.check(row.get("hash_version"), &hash), Ok(()));
}
