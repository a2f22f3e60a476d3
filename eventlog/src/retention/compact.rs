use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::{
    calendar::Timestamp,
    partition::Partition,
    resource_day::{RenewalsCompacted, ResourceDayEvent},
    stream::StreamId,
};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{
    plan::{Emptied, Plan, Row, days, plan},
    require_sound::require_sound,
};
use crate::{
    Actor, Batch, LogError, Metadata, PendingEvent, Position, append::append_in,
    database::smallint, log::read_head,
};

/// Rows looked at in one go: enough that a batch of renewals is among them where
/// there are any.
const ROWS_MAX: i64 = 4_000;

/// What one step of a compaction has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compaction {
    /// Renewals that it has emptied.
    pub emptied: u64,
    /// Up to here nothing is left to empty.
    pub through: Position,
    /// Whether another step may find more.
    pub more: bool,
}

/// Empties the next renewals of a partition that were recorded before `before` and
/// whose holds have ended.
///
/// Appends an event to each of their days that tells of it, in the same transaction,
/// which is of a bounded size. The connection must not be in one.
///
/// May be interrupted, and may run in several places at once: a renewal is emptied
/// once.
///
/// # Errors
///
/// [`LogError::Database`], and then nothing was done, unless the connection was lost
/// at the commit; [`LogError::Corrupt`] also when a renewal is not the row that was
/// hashed, and then it keeps what it says.
pub async fn compact(
    connection: &mut PgConnection,
    partition: Partition,
    before: Timestamp,
) -> Result<Compaction, LogError> {
    let after: Option<i64> = sqlx::query_scalar(include_str!("read_progress.sql"))
        .bind(smallint(partition))
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?;
    let after = after.unwrap_or(0);
    let mut rows: Vec<Row> = sqlx::query_as(include_str!("read_rows.sql"))
        .bind(smallint(partition))
        .bind(after)
        .bind(ROWS_MAX)
        .bind(before.to_datetime())
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    let ended: Vec<Option<Uuid>> = sqlx::query_scalar(include_str!("read_ended.sql"))
        .bind(smallint(partition))
        .bind(days(&rows))
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    let ended: HashSet<Uuid> = ended.into_iter().flatten().collect();
    let plan = plan_sound(connection, partition, &mut rows, &ended).await?;
    let through = plan.through.unwrap_or(after);
    let emptied = if plan.through.is_none() {
        0
    } else {
        carry_out(connection, partition, &plan, before).await?
    };
    Ok(Compaction {
        emptied,
        through: Position::new(through.unsigned_abs()),
        more: plan.more && !rows.is_empty(),
    })
}

/// Plans what to empty of rows that can be checked before and afterwards.
async fn plan_sound(
    connection: &mut PgConnection,
    partition: Partition,
    rows: &mut [Row],
    ended: &HashSet<Uuid>,
) -> Result<Plan, LogError> {
    loop {
        let plan = plan(rows, ended);
        let stay = require_sound(connection, partition, &plan.positions).await?;
        if stay.is_empty() {
            return Ok(plan);
        }
        let staying = rows.iter_mut().filter(|row| stay.contains(&row.position));
        staying.for_each(|row| row.full = false);
    }
}

/// Does as planned, or nothing: when somebody else has emptied some of it meanwhile.
async fn carry_out(
    connection: &mut PgConnection,
    partition: Partition,
    plan: &Plan,
    before: Timestamp,
) -> Result<u64, LogError> {
    let mut transaction = connection.begin().await.map_err(failed)?;
    // The rows first: so the head, for which all writers wait, is locked for a
    // moment alone.
    let emptied = sqlx::query(include_str!("empty.sql"))
        .bind(smallint(partition))
        .bind(&plan.positions)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?
        .rows_affected();
    if emptied != plan.positions.len() as u64 {
        transaction.rollback().await.map_err(failed)?;
        return Ok(0);
    }
    sqlx::query(include_str!("write_progress.sql"))
        .bind(smallint(partition))
        .bind(plan.through)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    if !plan.days.is_empty() {
        tell(&mut transaction, partition, plan, before).await?;
    }
    transaction.commit().await.map_err(failed)?;
    if emptied > 0 {
        // In a transaction of its own, as after every append.
        sqlx::query(include_str!("../wake/notify.sql"))
            .execute(connection)
            .await
            .map_err(failed)?;
    }
    Ok(emptied)
}

/// Appends what tells of it, one event a day.
async fn tell(
    connection: &mut PgConnection,
    partition: Partition,
    plan: &Plan,
    before: Timestamp,
) -> Result<(), LogError> {
    let expected = read_head(
        connection,
        include_str!("../append/lock_head.sql"),
        partition,
    )
    .await?;
    let ids: Vec<&str> = plan.days.keys().map(String::as_str).collect();
    let sequences: Vec<i64> = sqlx::query_scalar(include_str!("last_sequences.sql"))
        .bind(smallint(partition))
        .bind(ids)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    let now: DateTime<Utc> = sqlx::query_scalar(include_str!("../log/clock.sql"))
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    let days = plan.days.iter().zip(sequences);
    let events = days.map(|((id, emptied), last)| event(id, emptied, last, before));
    let events: Result<Vec<PendingEvent>, String> = events.collect();
    let batch = Batch {
        partition,
        expected,
        recorded_at: now.into(),
        events: events.map_err(|reason| LogError::Corrupt { partition, reason })?,
        keys: Vec::new(),
    };
    let appended = append_in(connection, &batch.prepare()?).await;
    if appended.map_err(failed)? {
        Ok(())
    } else {
        // Nobody moves a locked head.
        Err(LogError::HistoryChanged { partition })
    }
}

/// What tells a day's stream, whose last sequence is `last`, of what it has lost.
fn event(
    aggregate_id: &str,
    emptied: &Emptied,
    last: i64,
    before: Timestamp,
) -> Result<PendingEvent, String> {
    let stream = StreamId::parse("ResourceDay", aggregate_id).map_err(|error| error.to_string())?;
    let resource = emptied.resource_id.parse();
    let compacted = RenewalsCompacted {
        first: emptied.first.unsigned_abs(),
        last: emptied.last.unsigned_abs(),
        renewals: emptied.renewals,
        recorded_before: before,
    };
    Ok(PendingEvent {
        stream,
        sequence: last.unsigned_abs() + 1,
        event: ResourceDayEvent::RenewalsCompacted(compacted).into(),
        metadata: Metadata {
            actor: Actor::System,
            request_id: None,
            causation: "CompactRenewals".into(),
        },
        resource: resource.map_err(|_| format!("{:?} is no resource", emptied.resource_id))?,
    })
}

pub(super) const fn failed(source: sqlx::Error) -> LogError {
    LogError::Database {
        doing: "emptying renewals",
        source,
    }
}
