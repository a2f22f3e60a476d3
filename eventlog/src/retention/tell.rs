use domain::{
    calendar::Timestamp,
    partition::Partition,
    resource_day::{HoldsCompacted, RenewalsCompacted, ResourceDayEvent},
    stream::StreamId,
};
use sqlx::PgConnection;

use super::{
    Scope,
    compact::failed,
    plan::{Emptied, Plan},
};
use crate::{
    Actor, Batch, LogError, Metadata, PendingEvent, append::append_in, database::smallint,
    log::read_head,
};

/// Appends what tells of a compaction, one event a day, in the transaction that empties
/// the rows. Programs that do not know the event are refused from then on.
pub(super) async fn tell(
    connection: &mut PgConnection,
    (partition, scope): (Partition, Scope),
    plan: &Plan,
    (before, now): (Timestamp, Timestamp),
) -> Result<(), LogError> {
    sqlx::query(include_str!("raise_floor.sql"))
        .bind(scope.known_since())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
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
    let days = plan.days.iter().zip(sequences);
    let events = days.map(|((id, emptied), last)| event(scope, (id, last), emptied, before));
    let events: Result<Vec<PendingEvent>, String> = events.collect();
    let batch = Batch {
        partition,
        expected,
        recorded_at: now,
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
    scope: Scope,
    (aggregate_id, last): (&str, i64),
    emptied: &Emptied,
    before: Timestamp,
) -> Result<PendingEvent, String> {
    let stream = StreamId::parse("ResourceDay", aggregate_id).map_err(|error| error.to_string())?;
    let resource = emptied.resource_id.parse();
    let (event, causation) = what_is_told(scope, emptied, before);
    Ok(PendingEvent {
        stream,
        sequence: last.unsigned_abs() + 1,
        event: event.into(),
        metadata: Metadata {
            actor: Actor::System,
            request_id: None,
            causation: causation.into(),
        },
        resource: resource.map_err(|_| format!("{:?} is no resource", emptied.resource_id))?,
    })
}

/// The event, and the command that it is caused by.
fn what_is_told(
    scope: Scope,
    emptied: &Emptied,
    recorded_before: Timestamp,
) -> (ResourceDayEvent, &'static str) {
    let (first, last) = (emptied.first.unsigned_abs(), emptied.last.unsigned_abs());
    match scope {
        Scope::Renewals => (
            ResourceDayEvent::RenewalsCompacted(RenewalsCompacted {
                first,
                last,
                renewals: emptied.rows(),
                recorded_before,
            }),
            "CompactRenewals",
        ),
        Scope::Holds => (
            ResourceDayEvent::HoldsCompacted(HoldsCompacted {
                first,
                last,
                events: emptied.rows(),
                recorded_before,
            }),
            "CompactHolds",
        ),
    }
}
