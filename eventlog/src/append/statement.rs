use chrono::{DateTime, Utc};
use domain::partition::Partition;
use sqlx::{PgConnection, Postgres, Row, postgres::PgArguments, query::Query};
use uuid::Uuid;

use super::{PreparedBatch, row::NewRow};
use crate::{database::smallint, planted};

/// The one statement that inserts events.
pub(super) const APPEND: &str = include_str!("append.sql");

/// What the statement takes, column by column.
#[derive(Default)]
struct Columns<'a> {
    partition: Vec<i16>,
    position: Vec<i64>,
    tip: Vec<i64>,
    new_tip: Vec<i64>,
    recorded_at: Vec<DateTime<Utc>>,
    events_through: Vec<i64>,
    keys_through: Vec<i64>,
    events: Vec<&'a NewRow>,
    key_booking: Vec<Uuid>,
    key_wrapped: Vec<&'a [u8]>,
}

/// What the statement answered.
#[derive(Debug)]
pub(super) struct Answer {
    appended: Vec<i16>,
    pub(super) now: DateTime<Utc>,
}

impl Answer {
    /// Whether the partition's batch was appended.
    pub(super) fn has(&self, partition: Partition) -> bool {
        self.appended.contains(&smallint(partition))
    }
}

/// Sends batches of different partitions, in ascending order, and waits for the
/// statement's end: outside a transaction, for its commit.
pub(super) async fn send(
    connection: &mut PgConnection,
    batches: &[&PreparedBatch],
) -> Result<Answer, sqlx::Error> {
    let columns = Columns::of(batches);
    let row = columns.statement().fetch_one(connection).await?;
    Ok(Answer {
        appended: row.try_get(0)?,
        now: row.try_get(1)?,
    })
}

impl<'a> Columns<'a> {
    fn of(batches: &[&'a PreparedBatch]) -> Self {
        let mut columns = Self::default();
        for batch in batches {
            columns.push(batch);
        }
        columns
    }

    fn push(&mut self, batch: &'a PreparedBatch) {
        let (expected, head, rows) = (batch.expected(), batch.commit().head, batch.rows());
        self.partition.push(smallint(batch.partition()));
        self.position.push(expected.position.get().cast_signed());
        self.tip.push(expected.tip.0);
        self.new_tip.push(head.tip.0);
        self.recorded_at.push(head.last_at.to_datetime());
        self.events.extend(&rows.events);
        self.key_booking.extend(&rows.key_booking);
        self.key_wrapped
            .extend(rows.key_wrapped.iter().map(Vec::as_slice));
        let through = |count: usize| (count as u64).cast_signed();
        self.events_through.push(through(self.events.len()));
        self.keys_through.push(through(self.key_booking.len()));
    }

    fn statement(&self) -> Query<'_, Postgres, PgArguments> {
        sqlx::query(planted::spoil(APPEND))
            .bind(&self.partition)
            .bind(&self.position)
            .bind(&self.tip)
            .bind(&self.new_tip)
            .bind(&self.recorded_at)
            .bind(&self.events_through)
            .bind(&self.keys_through)
            .bind(&self.events)
            .bind(&self.key_booking)
            .bind(&self.key_wrapped)
    }
}
