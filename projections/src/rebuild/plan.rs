use domain::partition::Partition;
use eventlog::Position;
use sqlx::{PgConnection, postgres::PgConnectOptions};

use crate::{
    column,
    view::{Generation, View},
};

use super::{Heads, RebuildError, error::failed, exclusive, shadow};

/// What a rebuild would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Partition by partition.
    pub partitions: Vec<PartitionPlan>,
}

/// What a rebuild would do in a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionPlan {
    /// Which.
    pub partition: Partition,
    /// Up to where an earlier run has folded the views, all of them.
    pub done: Position,
    /// Where the log ends.
    pub head: Position,
}

impl Plan {
    /// How many events are to be folded.
    pub fn missing(&self) -> u64 {
        let missing = |of: &PartitionPlan| of.head.get().saturating_sub(of.done.get());
        self.partitions.iter().map(missing).sum()
    }
}

/// What rebuilding `views` would do. Changes nothing.
///
/// # Errors
///
/// [`RebuildError`].
pub async fn plan(options: &PgConnectOptions, views: &[View]) -> Result<Plan, RebuildError> {
    let mut connection = exclusive::connect(options).await?;
    let heads = heads(&mut connection).await?;
    for view in views {
        shadow::check_dependents(&mut connection, *view).await?;
    }
    for view in views {
        if !shadow::is_begun(&mut connection, *view, &heads).await? {
            return Ok(nothing_done(&heads));
        }
    }
    of(&mut connection, views, &heads).await
}

fn nothing_done(heads: &Heads) -> Plan {
    let all = partitions(heads).map(|(partition, head)| PartitionPlan {
        partition,
        done: Position::START,
        head,
    });
    Plan {
        partitions: all.collect(),
    }
}

/// What is left to do for views in the making.
pub(super) async fn of(
    connection: &mut PgConnection,
    views: &[View],
    heads: &Heads,
) -> Result<Plan, RebuildError> {
    let done = checkpoints(connection, Generation::SHADOW, views).await?;
    let mut plan = nothing_done(heads);
    for partition in &mut plan.partitions {
        let here = done.iter().filter(|(at, _, _)| *at == partition.partition);
        let lowest = here.map(|(_, _, position)| *position).min();
        partition.done = lowest.unwrap_or_default();
    }
    Ok(plan)
}

/// Where each partition ends.
pub(super) async fn heads(connection: &mut PgConnection) -> Result<Heads, RebuildError> {
    let heads: Vec<i64> = sqlx::query_scalar(include_str!("heads.sql"))
        .fetch_all(connection)
        .await
        .map_err(failed("reading the heads"))?;
    Ok(heads.into_iter().map(column::read_position).collect())
}

/// The partitions and where they end.
pub(super) fn partitions(heads: &Heads) -> impl Iterator<Item = (Partition, Position)> {
    (0..).map(Partition::new).zip(heads.iter().copied())
}

/// The checkpoints of some views in all partitions.
pub(super) async fn checkpoints(
    connection: &mut PgConnection,
    generation: Generation,
    views: &[View],
) -> Result<Vec<(Partition, View, Position)>, RebuildError> {
    let rows: Vec<(i16, String, i64)> = sqlx::query_as(include_str!("checkpoints.sql"))
        .bind(generation.number())
        .bind(names(views))
        .fetch_all(connection)
        .await
        .map_err(failed("reading checkpoints"))?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Reads a row of checkpoints; none for a view that this release does not know.
pub(super) fn read(
    (partition, view, at): (i16, String, i64),
) -> Option<(Partition, View, Position)> {
    let partition = Partition::new(partition.unsigned_abs());
    Some((partition, view.parse().ok()?, column::read_position(at)))
}

/// The names of views, as columns have them.
pub(super) fn names(views: &[View]) -> Vec<&'static str> {
    views.iter().map(|view| view.name()).collect()
}
