use std::collections::BTreeMap;

use domain::{calendar::Timestamp, partition::Partition};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{
    Scope,
    fate::{Fate, Fates, ROWS_AHEAD_MAX},
    plan::{Plan, Row, plan},
    require_sound::find_staying,
    tell::tell,
};
use crate::{LogError, Position, database::smallint};

/// Rows looked at in one go: enough that a batch of rows to empty is among them where
/// there are any.
const ROWS_MAX: i64 = 4_000;

/// What one step of a compaction has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compaction {
    /// Rows that it has emptied.
    pub emptied: u64,
    /// Up to here nothing is left to empty.
    pub through: Position,
    /// Whether another step may find more.
    pub more: bool,
    /// Rows that keep what they say, though it is their time, since they are not the
    /// rows that were hashed; and what is wrong with each.
    pub changed: BTreeMap<Position, String>,
}

/// Empties the next rows of a partition that were recorded before `before` and whose
/// holds have ended as `scope` says.
///
/// Appends an event to each of their days that tells of it, in the same transaction,
/// which is of a bounded size. So is what it reads: 4,000 rows in the order of their
/// positions, and up to 5,000 of a day's stream for each of at most 200 holds whose end
/// is not among those. The connection must not be in a transaction.
///
/// What tells of it is recorded at `now`: the time that the caller believes in, since a
/// clock that has jumped must not reach the log.
///
/// May be interrupted, and may run in several places at once: a row is emptied once.
///
/// # Errors
///
/// [`LogError::Database`], and then nothing was done, unless the connection was lost
/// at the commit; [`LogError::Corrupt`] when a row has no position, or a day that is to
/// be told of it no name.
pub async fn compact(
    connection: &mut PgConnection,
    partition: Partition,
    scope: Scope,
    before: Timestamp,
    now: Timestamp,
) -> Result<Compaction, LogError> {
    let after = read_progress(connection, partition, scope).await?;
    let mut rows: Vec<Row> = sqlx::query_as(include_str!("read_rows.sql"))
        .bind(smallint(partition))
        .bind(after)
        .bind(ROWS_MAX)
        .bind(before.to_datetime())
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    let fates = read_fates(connection, partition, scope, &rows).await?;
    let (plan, changed) = plan_sound(connection, (partition, scope), &mut rows, &fates).await?;
    let through = plan.through.unwrap_or(after);
    let emptied = if plan.through.is_none() {
        0
    } else {
        carry_out(connection, (partition, scope), &plan, (before, now)).await?
    };
    Ok(Compaction {
        emptied,
        through: Position::new(through.unsigned_abs()),
        more: plan.more && !rows.is_empty(),
        changed,
    })
}

/// Plans what to empty of rows that can be checked before and afterwards; and tells of
/// those that were changed.
async fn plan_sound(
    connection: &mut PgConnection,
    (partition, scope): (Partition, Scope),
    rows: &mut [Row],
    fates: &Fates,
) -> Result<(Plan, BTreeMap<Position, String>), LogError> {
    let mut changed = BTreeMap::new();
    loop {
        let plan = plan(scope, rows, fates);
        let found = find_staying(connection, partition, &plan.positions()).await?;
        if found.is_empty() {
            return Ok((plan, changed));
        }
        let staying = rows.iter_mut().filter(|row| found.has(row.position));
        staying.for_each(|row| row.full = false);
        let found = found.changed.into_iter();
        changed.extend(found.map(|(at, fault)| (Position::new(at.unsigned_abs()), fault)));
    }
}

async fn read_progress(
    connection: &mut PgConnection,
    partition: Partition,
    scope: Scope,
) -> Result<i64, LogError> {
    let progress: Option<(i64, i64)> = sqlx::query_as(include_str!("read_progress.sql"))
        .bind(smallint(partition))
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    let (renewals, holds) = progress.unwrap_or_default();
    Ok(match scope {
        Scope::Renewals => renewals,
        Scope::Holds => holds,
    })
}

/// What became of the holds that have rows of `scope` here.
async fn read_fates(
    connection: &mut PgConnection,
    partition: Partition,
    scope: Scope,
    rows: &[Row],
) -> Result<Fates, LogError> {
    let mut fates = Fates::among(rows);
    let asked = fates.to_ask(scope, rows);
    if asked.is_empty() {
        return Ok(fates);
    }
    let days: Vec<&str> = asked.iter().map(|asked| asked.aggregate_id).collect();
    let sequences: Vec<i64> = asked.iter().map(|asked| asked.sequence).collect();
    let holds: Vec<Uuid> = asked.iter().map(|asked| asked.hold).collect();
    let found: Vec<(Uuid, Option<String>, bool)> = sqlx::query_as(include_str!("read_ends.sql"))
        .bind(smallint(partition))
        .bind(days)
        .bind(sequences)
        .bind(holds)
        .bind(ROWS_AHEAD_MAX)
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    let fate = |(hold, event_type, goes_on): (Uuid, Option<String>, bool)| {
        (hold, Fate::ahead(event_type.as_deref(), goes_on))
    };
    fates.learn(found.into_iter().map(fate));
    Ok(fates)
}

/// Does as planned, or nothing: when somebody else has emptied some of it meanwhile.
async fn carry_out(
    connection: &mut PgConnection,
    (partition, scope): (Partition, Scope),
    plan: &Plan,
    (before, now): (Timestamp, Timestamp),
) -> Result<u64, LogError> {
    let mut transaction = connection.begin().await.map_err(failed)?;
    // The rows first: so the head, for which all writers wait, is locked for a
    // moment alone.
    let positions = plan.positions();
    let emptied = sqlx::query(include_str!("empty.sql"))
        .bind(smallint(partition))
        .bind(&positions)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?
        .rows_affected();
    if emptied != positions.len() as u64 {
        transaction.rollback().await.map_err(failed)?;
        return Ok(0);
    }
    let progress = match scope {
        Scope::Renewals => include_str!("write_progress.sql"),
        Scope::Holds => include_str!("write_holds_progress.sql"),
    };
    sqlx::query(progress)
        .bind(smallint(partition))
        .bind(plan.through)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    if !plan.days.is_empty() {
        tell(&mut transaction, (partition, scope), plan, (before, now)).await?;
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

pub(super) const fn failed(source: sqlx::Error) -> LogError {
    LogError::Database {
        doing: "emptying what is told of old holds",
        source,
    }
}
