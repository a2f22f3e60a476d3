//! The tables of the views in the making.

use eventlog::Position;
use sqlx::{Connection, Executor, PgConnection};

use crate::view::{Generation, View};

use super::{Heads, RebuildError, error::failed, plan};

/// Begins a view, unless an earlier run has begun it and it can be gone on with.
pub(super) async fn begin(
    connection: &mut PgConnection,
    view: View,
    heads: &Heads,
) -> Result<(), RebuildError> {
    if is_begun(connection, view, heads).await? {
        return Ok(());
    }
    let doing = "making a table";
    let mut transaction = connection.begin().await.map_err(failed(doing))?;
    transaction
        .execute(format!("drop table if exists slotkeeper_shadow.{view}").as_str())
        .await
        .map_err(failed(doing))?;
    let statements = statements(&mut transaction, include_str!("make_shadow.sql"), view).await?;
    for statement in statements {
        let made = transaction.execute(statement.as_str()).await;
        made.map_err(failed(doing))?;
    }
    let made_by = made_by(&mut transaction).await?;
    sqlx::query(include_str!("begin_generation.sql"))
        .bind(view.name())
        .bind(Generation::SHADOW.number())
        .bind(made_by)
        .execute(&mut *transaction)
        .await
        .map_err(failed(doing))?;
    sqlx::query(include_str!("begin_checkpoints.sql"))
        .bind(view.name())
        .bind(Generation::SHADOW.number())
        .execute(&mut *transaction)
        .await
        .map_err(failed(doing))?;
    transaction.commit().await.map_err(failed(doing))
}

/// Whether a view is begun and can be gone on with: by the fold that began it, and
/// on the log that it was folded from.
pub(super) async fn is_begun(
    connection: &mut PgConnection,
    view: View,
    heads: &Heads,
) -> Result<bool, RebuildError> {
    let known: Option<String> = sqlx::query_scalar(include_str!("find_generation.sql"))
        .bind(view.name())
        .bind(Generation::SHADOW.number())
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed("looking for a view in the making"))?;
    if known != Some(made_by(connection).await?) {
        return Ok(false);
    }
    let checkpoints = plan::checkpoints(connection, Generation::SHADOW, &[view]).await?;
    let head = |of: domain::partition::Partition| heads.get(usize::from(of.get())).copied();
    let sound = |(partition, _, at): &(_, View, Position)| head(*partition) >= Some(*at);
    Ok(checkpoints.len() == heads.len() && checkpoints.iter().all(sound))
}

/// Which fold this is: the release, and the last migration of the tables.
pub(super) async fn made_by(connection: &mut PgConnection) -> Result<String, RebuildError> {
    let migration: i64 = sqlx::query_scalar(include_str!("last_migration.sql"))
        .fetch_one(connection)
        .await
        .map_err(failed("reading the last migration"))?;
    Ok(format!("{} {migration}", env!("CARGO_PKG_VERSION")))
}

/// Refuses tables on which something hangs that would not come along.
pub(super) async fn check_dependents(
    connection: &mut PgConnection,
    view: View,
) -> Result<(), RebuildError> {
    let what: Option<String> = sqlx::query_scalar(include_str!("dependents.sql"))
        .bind(view.name())
        .fetch_optional(connection)
        .await
        .map_err(failed("looking for what hangs on a table"))?;
    what.map_or(Ok(()), |what| Err(RebuildError::Dependent { view, what }))
}

/// Makes the indexes that the live table has and this one has not.
pub(super) async fn index(connection: &mut PgConnection, view: View) -> Result<(), RebuildError> {
    for statement in statements(connection, include_str!("index_shadow.sql"), view).await? {
        let made = connection.execute(statement.as_str()).await;
        made.map_err(failed("making an index"))?;
    }
    let analyze = format!("analyze slotkeeper_shadow.{view}");
    let analyzed = connection.execute(analyze.as_str()).await;
    analyzed.map_err(failed("looking through a table"))?;
    Ok(())
}

/// Whether it has all the indexes that the live table has.
pub(super) async fn is_indexed(
    connection: &mut PgConnection,
    view: View,
) -> Result<bool, RebuildError> {
    let missing = statements(connection, include_str!("index_shadow.sql"), view).await?;
    Ok(missing.is_empty())
}

/// Drops what rebuilds, this one or one that was killed, have put out of the way. Each
/// table by itself: a reader that still has one of them and waits for another would
/// otherwise be waited for in a circle.
pub(super) async fn drop_replaced(connection: &mut PgConnection) -> Result<(), RebuildError> {
    let doing = "dropping replaced tables";
    for view in View::ALL {
        let table = format!("drop table if exists slotkeeper_replaced.{view}");
        let dropped = connection.execute(table.as_str()).await;
        dropped.map_err(failed(doing))?;
    }
    let dropped = connection.execute("drop schema if exists slotkeeper_replaced");
    dropped.await.map_err(failed(doing))?;
    Ok(())
}

/// Statements that the catalog makes of a view's live table.
async fn statements(
    connection: &mut PgConnection,
    query: &'static str,
    view: View,
) -> Result<Vec<String>, RebuildError> {
    sqlx::query_scalar(query)
        .bind(view.name())
        .fetch_all(connection)
        .await
        .map_err(failed("reading how a table is made"))
}
