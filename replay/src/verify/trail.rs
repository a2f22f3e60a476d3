use futures::TryStreamExt;
use sqlx::{PgConnection, types::Uuid};

use domain::partition::Partition;

use super::Faults;
use crate::{
    column,
    error::{ReplayError, failed},
    stored::StoredEvent,
};

/// All that a partition tells of one thing, in its order.
pub(super) trait Trail {
    /// Reads a partition's events by thing, each one's by position.
    const SQL: &'static str;
    /// Says in an error what could not be done.
    const READING: &'static str;

    /// Which thing an event is about, if about any.
    fn of(row: &StoredEvent) -> Option<Uuid>;

    /// Nothing is told of it yet.
    fn new(id: Uuid) -> Self;

    /// Takes the next that is told of it.
    fn take(&mut self, row: &StoredEvent, faults: &mut Faults);

    /// All has been told.
    fn compare(self, faults: &mut Faults);
}

/// Verifies a partition thing by thing.
pub(super) async fn verify<T: Trail>(
    connection: &mut PgConnection,
    partition: Partition,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let mut rows = sqlx::query_as::<_, StoredEvent>(T::SQL)
        .bind(column::partition(partition))
        .fetch(connection);
    let mut current: Option<(Uuid, T)> = None;
    while let Some(row) = rows.try_next().await.map_err(failed(T::READING))? {
        let Some(id) = T::of(&row) else {
            continue;
        };
        if let Some((_, ended)) = current.take_if(|(of, _)| *of != id) {
            ended.compare(faults);
        }
        // What is wrong with it follows from what was told.
        if faults.taints.has_thing(id) {
            continue;
        }
        let (_, trail) = current.get_or_insert_with(|| (id, T::new(id)));
        trail.take(&row, faults);
    }
    if let Some((of, ended)) = current
        && !faults.taints.has_thing(of)
    {
        ended.compare(faults);
    }
    Ok(())
}
