use domain::{
    calendar::Timestamp,
    ids::ResourceId,
    partition::Partition,
    resource::{Resource, ResourceSettings, Terms},
};
use eventlog::{Log, LogError, on_connection};
use sqlx::types::chrono::{DateTime, Utc};

use crate::column;

/// Which resources to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listed {
    /// Those that take holds and bookings.
    #[default]
    Open,
    /// Those that do not any more.
    Retired,
}

impl Listed {
    /// The status that the view has of them.
    const fn status(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Retired => "retired",
        }
    }

    fn resource(self, settings: ResourceSettings) -> Resource {
        let terms = Terms::new(settings);
        match self {
            Self::Open => Resource::Open(terms),
            Self::Retired => Resource::Retired(terms),
        }
    }
}

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

/// Up to `limit` resources, open or retired ones, in the order of their ids, after `after`.
///
/// # Errors
///
/// [`LogError::Database`]; [`LogError::Corrupt`] when a row does not read.
pub async fn list_resources(
    log: &Log,
    listed: Listed,
    after: Option<&ResourceId>,
    limit: u32,
) -> Result<Vec<ResourceRow>, LogError> {
    let query = sqlx::query_as(include_str!("list_resources.sql"))
        .bind(listed.status())
        .bind(after.map_or("", ResourceId::as_str))
        .bind(i64::from(limit));
    let doing = "listing resources";
    let rows: Vec<Row> = on_connection(log.pool(), doing, async |connection| {
        let rows = query.fetch_all(connection).await;
        rows.map_err(column::failed(doing))
    })
    .await?;
    rows.into_iter().map(|row| read(listed, row)).collect()
}

type Row = (i16, String, String, DateTime<Utc>);

fn read(
    listed: Listed,
    (partition, id, settings, changed_at): Row,
) -> Result<ResourceRow, LogError> {
    let corrupt = |reason: String| LogError::Corrupt {
        partition: Partition::new(partition.unsigned_abs()),
        reason: format!("resource {id}: {reason}"),
    };
    let settings: ResourceSettings =
        serde_json::from_str(&settings).map_err(|error| corrupt(error.to_string()))?;
    Ok(ResourceRow {
        id: id.parse().map_err(|error| corrupt(format!("{error}")))?,
        resource: listed.resource(settings),
        changed_at: changed_at.into(),
    })
}
