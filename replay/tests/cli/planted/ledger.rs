//! A log of four partitions with something of everything, sealed, chained and folded,
//! that faults are planted into copies of.

use std::num::NonZeroU16;

use domain::{
    calendar::{SeatCount, SlotCount, Span, Timestamp},
    command::{BookSlots, Command, Heartbeat, Leave, RescheduleBooking},
    hold::Lease,
    ids::{BookingId, ResourceId, SessionId},
    partition::Partition,
};
use eventlog::{
    AttendeeCipher, HashVersion, HashedRow, MasterKey, Position, Tip, TypedColumns,
    testing::TestDatabase,
};
use sqlx::{Executor, FromRow, PgPool, Row};

use super::plants::{Plant, Remade};
use crate::{
    harness::{self, write_views},
    support::{A, B, Node, World, hold_id, put},
};

const PARTITIONS: u16 = 4;

/// An hour, in milliseconds.
const HOUR: u64 = 3_600_000;

/// The database that is copied, and what names things in it.
pub(super) struct Ledger {
    database: TestDatabase,
    folder: tempfile::TempDir,
    names: Vec<(&'static str, String)>,
}

/// What happens in it.
struct Story {
    world: World,
    cipher: AttendeeCipher,
    /// Midnight of a day on which nothing of it has begun.
    day: Timestamp,
    resource: ResourceId,
    other: ResourceId,
}

impl Story {
    async fn new(node: &Node) -> Self {
        let mut world = World::new(&node.log).await;
        let now: i64 = sqlx::query_scalar("select extract(epoch from clock_timestamp())::bigint")
            .fetch_one(node.log.pool())
            .await
            .unwrap();
        let now = now.unsigned_abs();
        world.now = Timestamp::from_ms(((now - 3 * 3_600) * 1_000).cast_signed()).unwrap();
        let midnight = (now / 86_400 + 3) * 86_400_000;
        let count = NonZeroU16::new(PARTITIONS).unwrap();
        let resource: ResourceId = "studio-a".parse().unwrap();
        let home = Partition::of(&resource, count);
        let others = ('b'..='z').map(|letter| format!("studio-{letter}").parse().unwrap());
        let other = others
            .into_iter()
            .find(|id| Partition::of(id, count) != home);
        Self {
            world,
            cipher: AttendeeCipher::new(MasterKey::new([7; 32])),
            day: Timestamp::from_ms(midnight.cast_signed()).unwrap(),
            resource,
            other: other.unwrap(),
        }
    }

    /// Hours from midnight on, for so many minutes.
    fn span(&self, hours: u64, minutes: u32) -> Span {
        let length = SlotCount::from_minutes(minutes).unwrap();
        Span::new(self.day.plus_ms(hours * HOUR), length).unwrap()
    }

    fn booking(&self, of: &ResourceId, number: u8) -> BookingId {
        BookingId::from_bits(self.world.log.partition_of(of), [number; 16])
    }

    async fn holds(&mut self, session: SessionId, span: Span, number: u128) {
        let beat = Command::Heartbeat(Heartbeat {
            resource: self.resource.clone(),
            session,
            span,
            lease: Lease::Presence,
            renew: None,
            new_hold: hold_id(number),
            quantity: SeatCount::ONE,
        });
        self.world.does(beat).await;
        self.world.now = self.world.now.plus_ms(4_000);
    }

    async fn books(&mut self, of: &ResourceId, session: SessionId, span: Span, number: u8) {
        let booking = self.booking(of, number);
        let plain = format!(r#"{{"name":"Visitor {number}"}}"#);
        let (attendee, key) = self.cipher.seal(booking, plain.as_bytes()).unwrap();
        self.world.keys.insert(booking, key);
        let book = Command::BookSlots(BookSlots {
            resource: of.clone(),
            session,
            span,
            booking,
            attendee,
            fingerprint: None,
            quantity: SeatCount::ONE,
        });
        self.world.does(book).await;
    }

    async fn first_half(&mut self) {
        let (studio, other) = (self.resource.clone(), self.other.clone());
        self.world.does(put(&studio, "Studio A")).await;
        self.world.does(put(&other, "Another")).await;
        // Over a midnight, so that holds and bookings have several days.
        let night = self.span(22, 300);
        self.holds(A, night, 1).await;
        self.holds(A, night, 1).await;
        self.books(&studio, A, night, 1).await;
        self.books(&studio, B, self.span(13, 60), 2).await;
        let moved = RescheduleBooking {
            booking: self.booking(&studio, 2),
            span: self.span(15, 60),
            session: None,
        };
        self.world.does(Command::RescheduleBooking(moved)).await;
        self.books(&studio, B, self.span(13, 60), 3).await;
        let cancel = Command::CancelBooking(self.booking(&studio, 3));
        self.world.does(cancel).await;
        self.world.now = self.world.now.plus_ms(HOUR);
    }

    async fn second_half(&mut self) {
        let (studio, other) = (self.resource.clone(), self.other.clone());
        self.holds(B, self.span(10, 60), 2).await;
        let leave = Leave {
            resource: studio.clone(),
            session: B,
            hold: None,
        };
        self.world.does(Command::Leave(leave)).await;
        self.holds(A, self.span(6, 60), 3).await;
        self.holds(A, self.span(6, 60), 3).await;
        self.world.now = self.world.now.plus_ms(60_000);
        self.world.expires().await;
        self.books(&studio, A, self.span(18, 60), 5).await;
        self.books(&other, A, self.span(9, 60), 4).await;
        self.books(&other, B, self.span(11, 60), 6).await;
        self.world.now = self.world.now.plus_ms(HOUR);
        // It lives.
        self.holds(B, self.span(8, 60), 4).await;
    }
}

impl Ledger {
    pub(super) async fn new() -> Self {
        let database = TestDatabase::new().await;
        let folder = tempfile::tempdir().unwrap();
        let node = Node::of(&database, PARTITIONS).await;
        // As if it had been there for long.
        let aged = "update _sqlx_migrations set installed_on = installed_on - interval '30 days'";
        database.pool().execute(aged).await.unwrap();
        let mut story = Story::new(&node).await;
        story.first_half().await;
        let seal = |name: &str| {
            let file = folder.path().join(name);
            let said = harness::replay(&database, &["seal", "--out", file.to_str().unwrap()]);
            assert_eq!(said.code, Some(0), "{said:?}");
        };
        seal("early.json");
        story.second_half().await;
        let erased = story.booking(&story.other, 6).to_string();
        let said = harness::replay(&database, &["erase", "--booking", &erased]);
        assert_eq!(said.code, Some(0), "{said:?}");
        write_views(&node).await;
        seal("seal.json");
        let key = folder.path().join("master.key");
        std::fs::write(key, "07".repeat(32)).unwrap();
        let names = names(&story);
        node.log.pool().close().await;
        database
            .pool()
            .execute(sqlx::raw_sql(include_str!("planting.sql")))
            .await
            .unwrap();
        Self {
            database,
            folder,
            names,
        }
    }

    pub(super) async fn copy(&self) -> TestDatabase {
        self.database.copy().await
    }

    pub(super) fn seal(&self) -> String {
        self.folder.path().join("seal.json").display().to_string()
    }

    pub(super) fn master_key_file(&self) -> String {
        self.folder.path().join("master.key").display().to_string()
    }

    /// Puts the names of things into a text.
    pub(super) fn fill(&self, text: &str) -> String {
        let names = self.names.iter();
        names.fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
    }

    /// Plants it.
    pub(super) async fn plant(
        &self,
        copy: &TestDatabase,
        plant: &Plant,
    ) -> Result<(), sqlx::Error> {
        let sql = self.fill(plant.sql);
        copy.pool().execute(sqlx::raw_sql(&sql)).await?;
        if plant.remade >= Remade::Hashes {
            rehash(copy.pool()).await;
        }
        if plant.remade >= Remade::Chain {
            copy.pool().execute("delete from chain").await.unwrap();
            let said = harness::replay(copy, &["seal"]);
            assert_eq!(said.code, Some(0), "{}: {said:?}", plant.name);
        }
        Ok(())
    }
}

/// What stands for what in a plant.
fn names(story: &Story) -> Vec<(&'static str, String)> {
    let booking = |number| story.booking(&story.resource, number).to_string();
    let partition = |of| story.world.log.partition_of(of).get().to_string();
    let day = |ms| story.day.plus_ms(ms).to_string()[..10].to_owned();
    vec![
        ("{p}", partition(&story.resource)),
        ("{q}", partition(&story.other)),
        ("{nowhere}", partition(&"nowhere".parse().unwrap())),
        ("{other}", story.other.to_string()),
        ("{night}", booking(1)),
        ("{moved}", booking(2)),
        ("{cancelled}", booking(3)),
        ("{elsewhere}", story.booking(&story.other, 4).to_string()),
        ("{stands}", booking(5)),
        ("{erased}", story.booking(&story.other, 6).to_string()),
        ("{nobody}", booking(77)),
        ("{renewed}", hold_id(1).to_string()),
        ("{left}", hold_id(2).to_string()),
        ("{expired}", hold_id(3).to_string()),
        ("{lives}", hold_id(4).to_string()),
        ("{new}", hold_id(0xbad).to_string()),
        ("{A}", A.to_string()),
        ("{B}", B.to_string()),
        ("{day}", day(0)),
        ("{next}", day(24 * HOUR)),
    ]
}

/// Makes the hash of every row again, as whoever may write to the database and knows
/// our code can.
async fn rehash(pool: &PgPool) {
    let rows = sqlx::query(
        "select partition, position, aggregate_type, aggregate_id, sequence, event_type,
            event_version, payload::text as payload, payload_hash, metadata::text as metadata,
            recorded_at, tip, resource_id, day, mask, booking_id, hold_id, session_id,
            span_start, span_slots, lease_expires_at
         from events",
    );
    for row in rows.fetch_all(pool).await.unwrap() {
        let partition: i16 = row.get("partition");
        let position: i64 = row.get("position");
        let hashed = HashedRow {
            partition: Partition::new(partition.unsigned_abs()),
            position: Position::new(position.unsigned_abs()),
            aggregate_type: row.get("aggregate_type"),
            aggregate_id: row.get("aggregate_id"),
            sequence: row.get::<i64, _>("sequence").unsigned_abs(),
            event_type: row.get("event_type"),
            event_version: row.get("event_version"),
            payload: row.get("payload"),
            payload_hash: row.get("payload_hash"),
            metadata: row.get("metadata"),
            recorded_at: row.get("recorded_at"),
            tip: row.get::<Option<i64>, _>("tip").map(Tip),
            resource_id: row.get("resource_id"),
            columns: TypedColumns::from_row(&row).unwrap(),
        };
        let hash = hashed.hash(HashVersion::LATEST).unwrap();
        sqlx::query("update events set hash = $1 where partition = $2 and position = $3")
            .bind(hash.as_slice())
            .bind(partition)
            .bind(position)
            .execute(pool)
            .await
            .unwrap();
    }
}
