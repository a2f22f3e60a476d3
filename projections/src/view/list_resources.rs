use domain::{
    calendar::Timestamp,
    ids::ResourceId,
    partition::Partition,
    resource::{Resource, ResourceSettings, Terms},
};
use eventlog::{Log, LogError, on_connection};
use sqlx::types::chrono::{DateTime, Utc};

use crate::column;

/// A registered resource as the view has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRow {
    /// Its id.
    pub id: ResourceId,
    /// Open, with its settings; the exceptions to its hours are told by its stream alone.
    pub resource: Resource,
    /// When it changed last.
    pub changed_at: Timestamp,
}

/// Up to `limit` resources, open ones only, in the order of their ids, after `after`.
///
/// # Errors
///
/// [`LogError::Database`]; [`LogError::Corrupt`] when a row does not read.
pub async fn list_resources(
    log: &Log,
    after: Option<&ResourceId>,
    limit: u32,
) -> Result<Vec<ResourceRow>, LogError> {
    let query = sqlx::query_as(include_str!("list_resources.sql"))
        .bind(after.map_or("", ResourceId::as_str))
        .bind(i64::from(limit));
    let doing = "listing resources";
    let rows: Vec<Row> = on_connection(log.pool(), doing, async |connection| {
        let rows = query.fetch_all(connection).await;
        rows.map_err(column::failed(doing))
    })
    .await?;
    rows.into_iter().map(read).collect()
}

type Row = (i16, String, String, DateTime<Utc>);

fn read((partition, id, settings, changed_at): Row) -> Result<ResourceRow, LogError> {
    let corrupt = |reason: String| LogError::Corrupt {
        partition: Partition::new(partition.unsigned_abs()),
        reason: format!("resource {id}: {reason}"),
    };
    let settings: ResourceSettings =
        serde_json::from_str(&settings).map_err(|error| corrupt(error.to_string()))?;
    Ok(ResourceRow {
        id: id.parse().map_err(|error| corrupt(format!("{error}")))?,
        resource: Resource::Open(Terms::new(settings)),
        changed_at: changed_at.into(),
    })
}
