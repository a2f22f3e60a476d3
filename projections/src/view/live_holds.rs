use domain::{
    hold::Hold,
    ids::{HoldId, SessionId},
    partition::Partition,
};
use eventlog::{Log, LogError, Position, on_connection};
use sqlx::{
    FromRow,
    types::{
        Uuid,
        chrono::{DateTime, Utc},
    },
};

use crate::column;

use super::{Generation, View};

/// The live holds of a partition by the presence view, and the checkpoint that
/// they are true at, in one snapshot. No checkpoint yet is position 0.
///
/// # Errors
///
/// [`LogError::Database`]; [`LogError::Corrupt`] when a row does not read.
pub(super) async fn live_holds(
    log: &Log,
    partition: Partition,
) -> Result<(Vec<Hold>, Position), LogError> {
    let query = sqlx::query_as(include_str!("live_holds.sql"))
        .bind(column::partition(partition))
        .bind(View::Presence.name())
        .bind(Generation::LIVE.number());
    let doing = "reading the live holds";
    let rows: Vec<Row> = on_connection(log.pool(), doing, async |connection| {
        let rows = query.fetch_all(connection).await;
        rows.map_err(column::failed(doing))
    })
    .await?;
    let checkpoint = rows.first().map_or(0, |row| row.checkpoint);
    let mut holds = Vec::with_capacity(rows.len());
    for row in rows {
        // The one row without a hold is there for the checkpoint.
        let Some(id) = row.hold_id else { continue };
        let hold = row.hold(id).ok_or_else(|| LogError::Corrupt {
            partition,
            reason: format!("the presence row of hold {id}"),
        })?;
        holds.push(hold);
    }
    Ok((holds, column::read_position(checkpoint)))
}

#[derive(FromRow)]
struct Row {
    checkpoint: i64,
    hold_id: Option<Uuid>,
    resource_id: Option<String>,
    session_id: Option<Uuid>,
    span_start: Option<DateTime<Utc>>,
    span_slots: Option<i32>,
    lease: Option<String>,
    placed_at: Option<DateTime<Utc>>,
    renewed_at: Option<DateTime<Utc>>,
    lease_expires_at: Option<DateTime<Utc>>,
    renewable_until: Option<DateTime<Utc>>,
    renewals: Option<i32>,
    buffer_before: Option<i16>,
    buffer_after: Option<i16>,
    quantity: Option<i16>,
}

impl Row {
    /// The hold `id` of this row, unless a column is not as we write it.
    fn hold(self, id: Uuid) -> Option<Hold> {
        Some(Hold {
            id: HoldId::new(id),
            resource: self.resource_id?.parse().ok()?,
            session: SessionId::new(self.session_id?),
            span: column::read_span(self.span_start?, self.span_slots?)?,
            buffers: column::read_buffers(self.buffer_before?, self.buffer_after?)?,
            quantity: column::read_quantity(self.quantity?)?,
            lease: column::read_lease(&self.lease?)?,
            placed_at: self.placed_at?.into(),
            renewed_at: self.renewed_at?.into(),
            lease_expires_at: self.lease_expires_at?.into(),
            renewable_until: self.renewable_until?.into(),
            renewals: u32::try_from(self.renewals?).ok()?,
        })
    }
}
