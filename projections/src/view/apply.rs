use domain::partition::Partition;
use eventlog::{LogError, RecordedEvent, planted::Defect};
use sqlx::{Executor, PgConnection};

use crate::column;

use super::{Checkpoints, Generation, View, bookings, daily_availability, presence, resources};

/// Folds `events` of a partition into its views and moves their checkpoints, in
/// the caller's transaction: both are committed or neither is.
///
/// `events` are in order and without gaps from the lowest of the checkpoints
/// `seen`; a view that is further on skips what it has. However a history is cut
/// into batches, the rows come out the same.
///
/// Returns the new checkpoints; `None` when somebody else has moved one since it
/// was seen, and then the transaction must be rolled back.
///
/// # Errors
///
/// [`LogError::Database`].
pub async fn apply<'a>(
    connection: &mut PgConnection,
    partition: Partition,
    generation: Generation,
    seen: Checkpoints,
    events: impl Iterator<Item = &'a RecordedEvent> + Clone,
) -> Result<Option<Checkpoints>, LogError> {
    let Some(last) = events.clone().last() else {
        return Ok(Some(seen));
    };
    // First of all, since it locks the rows: a second runner waits here, and
    // then finds the checkpoints moved, before it has written anything.
    let moved = seen
        .advance(connection, partition, generation, last.position)
        .await?;
    let Some(moved) = moved else {
        return Ok(None);
    };
    if Defect::CheckpointApart.is_planted() {
        let apart = connection.execute("commit; begin").await;
        apart.map_err(column::failed("writing views"))?;
    }
    let new_to = |view| {
        let events = events.clone();
        events.filter(move |event| event.position > seen.of(view))
    };
    let days = daily_availability::fold(new_to(View::DailyAvailability));
    daily_availability::write(connection, partition, &days).await?;
    let holds = presence::fold(new_to(View::Presence));
    presence::write(connection, partition, &holds).await?;
    let bookings = bookings::fold(new_to(View::Bookings));
    bookings::write(connection, partition, &bookings).await?;
    let resources = resources::fold(new_to(View::Resources));
    resources::write(connection, partition, &resources).await?;
    Ok(Some(moved))
}
