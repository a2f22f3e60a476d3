//! Who was erased stays so.

use domain::partition::Partition;
use sqlx::PgConnection;

use crate::{
    column,
    error::{ReplayError, failed},
};

use super::{Faults, Promise};

/// Verifies that no erased booking of a partition has its key: a backup that was
/// restored, or an erasure that was interrupted, leaves it there.
pub(super) async fn verify(
    connection: &mut PgConnection,
    partition: Partition,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let kept: Vec<(i64, String)> = sqlx::query_as(include_str!("kept_keys.sql"))
        .bind(column::partition(partition))
        .fetch_all(connection)
        .await
        .map_err(failed("looking for keys of erased bookings"))?;
    for (position, id) in kept {
        let says = "who it is for was erased, and its key is still there: run `erase` again";
        let place = format!("Booking {id}");
        faults.found_at(
            Promise::Erasures,
            column::read_position(position),
            place,
            says,
        );
    }
    Ok(())
}
