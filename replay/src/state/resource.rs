use domain::{
    event::Event, ids::ResourceId, partition::Partition, resource::Resource, stream::StreamId,
};
use sqlx::PgConnection;

use super::{Moment, read_streams};
use crate::ReplayError;

/// A resource as it stood at a moment of its partition.
///
/// # Errors
///
/// [`ReplayError::Database`]; [`ReplayError::Unreadable`] for a row of its
/// stream that does not read.
pub(crate) async fn resource_at(
    connection: &mut PgConnection,
    partition: Partition,
    id: &ResourceId,
    moment: Moment,
) -> Result<Resource, ReplayError> {
    let streams = [StreamId::Resource(id.clone())];
    let events = read_streams(connection, partition, &streams, moment).await?;
    let mut resource = Resource::default();
    for recorded in &events {
        if let Event::Resource(event) = &recorded.event {
            resource.evolve(event);
        }
    }
    Ok(resource)
}
