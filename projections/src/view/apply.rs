use domain::partition::Partition;
use eventlog::{LogError, planted::Defect};
use sqlx::{Executor, PgConnection};

use crate::column;

use super::{
    Checkpoints, Generation, View, ViewEvent, bookings, daily_availability, presence, resources,
};

/// Folds `events` of a partition into the views of `seen` and moves their
/// checkpoints, in the caller's transaction: both are committed or neither is.
///
/// `events` are in order and without gaps from the lowest of the checkpoints
/// `seen`; a view that is further on skips what it has. However a history is cut
/// into batches, the rows come out the same.
///
/// Returns the new checkpoints; `None` when somebody else has moved one since it
/// was seen, or when the log has another history now, and then the transaction must
/// be rolled back.
///
/// # Errors
///
/// [`LogError::Database`].
pub async fn apply<'a, E: Into<ViewEvent<'a>>>(
    connection: &mut PgConnection,
    partition: Partition,
    generation: Generation,
    seen: Checkpoints,
    events: impl Iterator<Item = E> + Clone,
) -> Result<Option<Checkpoints>, LogError> {
    let events = events.map(Into::into);
    let Some(last) = events.clone().last() else {
        return Ok(Some(seen));
    };
    // First of all, since it locks the rows: a second runner waits here, and
    // then finds the checkpoints moved, before it has written anything.
    let moved = seen
        .advance(connection, partition, generation, (last.position, last.tip))
        .await?;
    let Some(moved) = moved else {
        return Ok(None);
    };
    if Defect::CheckpointApart.is_planted() {
        let apart = connection.execute("commit; begin").await;
        apart.map_err(column::failed("writing views"))?;
    }
    for view in seen.views() {
        let events = events.clone();
        let new = events.filter(move |event: &ViewEvent<'_>| Some(event.position) > seen.of(view));
        write(connection, partition, view, new).await?;
    }
    Ok(Some(moved))
}

/// Folds what is new to a view into its table.
async fn write<'a>(
    connection: &mut PgConnection,
    partition: Partition,
    view: View,
    new: impl Iterator<Item = ViewEvent<'a>>,
) -> Result<(), LogError> {
    match view {
        View::DailyAvailability => {
            let days = daily_availability::fold(new);
            daily_availability::write(connection, partition, &days).await
        }
        View::Presence => {
            let holds = presence::fold(new);
            presence::write(connection, partition, &holds).await
        }
        View::Bookings => {
            let bookings = bookings::fold(new);
            bookings::write(connection, partition, &bookings).await
        }
        View::Resources => {
            let resources = resources::fold(new);
            resources::write(connection, partition, &resources).await
        }
    }
}
