//! The tables trade places.

use std::time::Duration;

use domain::partition::Partition;
use eventlog::{Backoff, Position};
use sqlx::{
    Connection, Executor, PgConnection, Postgres, Transaction, error::DatabaseError,
    postgres::PgConnectOptions,
};
use tokio::time::Instant;

use crate::view::{Generation, View};

use super::{
    Heads, Progress, RebuildError, Tell,
    error::failed,
    load::{self, Load},
    plan, shadow,
};

/// Longest wait for one lock, in the middle of which readers and writers wait in
/// turn. Below the second after which PostgreSQL takes two who wait for each other
/// apart, so it is always this side that gives way.
const LOCK_TIMEOUT: &str = "set local lock_timeout = '200ms'; set local synchronous_commit = on";

/// The first pause between two tries, in which whoever was held up gets on.
const RETRY_DELAY_MIN: Duration = Duration::from_millis(50);
/// The longest pause between two tries.
const RETRY_DELAY_MAX: Duration = Duration::from_secs(2);
/// How long to try: a reader of a whole table, such as a backup, may take minutes.
const PATIENCE: Duration = Duration::from_mins(10);

/// Events of a partition that are folded while its checkpoints are locked: some
/// milliseconds' worth.
const REST_EVENTS_MAX: usize = 1_000;

/// The states by which PostgreSQL says that a lock was not given.
const LOCK_NOT_AVAILABLE: [&str; 2] = ["55P03", "40P01"];

/// How a try ended.
enum Try {
    Swapped {
        events: u64,
    },
    /// Too much was appended to fold it under the lock.
    TooFarBehind,
    InUse,
}

/// Lets the views in the making take the place of the live ones. Returns how many
/// events were folded for it, and how many tries it took.
pub(super) async fn take_place(
    connection: &mut PgConnection,
    options: &PgConnectOptions,
    views: &[View],
    heads: &Heads,
    tell: &Tell,
) -> Result<(u64, u32), RebuildError> {
    let deadline = Instant::now() + PATIENCE;
    let (mut events, mut retry) = (0, Backoff::between(RETRY_DELAY_MIN, RETRY_DELAY_MAX));
    for nth in 1.. {
        events += load::all(options, views, heads.len(), tell).await?;
        tell(Progress::Swapping(nth));
        match attempt(connection, views).await? {
            Try::Swapped { events: rest } => return Ok((events + rest, nth)),
            Try::TooFarBehind => {}
            Try::InUse => {
                retry.wait().await;
            }
        }
        if Instant::now() >= deadline {
            break;
        }
    }
    Err(RebuildError::InUse(PATIENCE))
}

async fn attempt(connection: &mut PgConnection, views: &[View]) -> Result<Try, RebuildError> {
    let mut transaction = connection.begin().await.map_err(failed("trading places"))?;
    let tried = swap(&mut transaction, views).await;
    match tried {
        Ok(swapped @ Try::Swapped { .. }) => {
            let committed = transaction.commit().await;
            committed.map_err(failed("trading places"))?;
            Ok(swapped)
        }
        tried => {
            let undone = transaction.rollback().await;
            undone.map_err(failed("trading places"))?;
            match tried {
                Err(error) if is_in_use(&error) => Ok(Try::InUse),
                tried => tried,
            }
        }
    }
}

fn is_in_use(error: &RebuildError) -> bool {
    let (RebuildError::Database { source, .. }
    | RebuildError::Log(eventlog::LogError::Database { source, .. })) = error
    else {
        return false;
    };
    let code = source.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| LOCK_NOT_AVAILABLE.contains(&&*code))
}

/// First the checkpoints are locked, so that no runner is in the middle of a batch;
/// then what is in the making is brought to where the live views are; and last the
/// tables are locked, for as long as it takes to rename them.
async fn swap(
    transaction: &mut Transaction<'_, Postgres>,
    views: &[View],
) -> Result<Try, RebuildError> {
    let doing = "trading places";
    let limited = transaction.execute(LOCK_TIMEOUT).await;
    limited.map_err(failed(doing))?;
    let live: Vec<(i16, String, i64)> = sqlx::query_as(include_str!("lock_checkpoints.sql"))
        .bind(Generation::LIVE.number())
        .bind(plan::names(views))
        .fetch_all(&mut **transaction)
        .await
        .map_err(failed("locking the checkpoints"))?;
    let live: Vec<_> = live.into_iter().filter_map(plan::read).collect();
    let Some(events) = fold_rest(transaction, views, &live).await? else {
        return Ok(Try::TooFarBehind);
    };
    lock_tables(transaction, views).await?;
    // Not before: somebody else may have had the tables while they were waited for.
    check_unchanged(transaction, views).await?;
    move_tables(transaction, views).await?;
    Ok(Try::Swapped { events })
}

async fn lock_tables(connection: &mut PgConnection, views: &[View]) -> Result<(), RebuildError> {
    let tables: Vec<_> = views.iter().map(|view| format!("public.{view}")).collect();
    let lock = format!("lock table {} in access exclusive mode", tables.join(", "));
    let locked = connection.execute(lock.as_str()).await;
    locked.map_err(failed("locking the tables"))?;
    Ok(())
}

/// Refuses when the live tables are other than they were when those in the making were
/// made like them.
async fn check_unchanged(
    connection: &mut PgConnection,
    views: &[View],
) -> Result<(), RebuildError> {
    let heads = plan::heads(connection).await?;
    for view in views {
        shadow::check_dependents(connection, *view).await?;
        if !shadow::is_begun(connection, *view, &heads).await?
            || !shadow::is_indexed(connection, *view).await?
        {
            return Err(RebuildError::Changed);
        }
    }
    Ok(())
}

/// Brings the views in the making at least to where the live ones are, which are
/// locked; none when that would take too long under the lock.
async fn fold_rest(
    connection: &mut PgConnection,
    views: &[View],
    live: &[(Partition, View, Position)],
) -> Result<Option<u64>, RebuildError> {
    let made = plan::checkpoints(connection, Generation::SHADOW, views).await?;
    let heads = plan::heads(connection).await?;
    let mut events = 0;
    for (partition, head) in plan::partitions(&heads) {
        // A live view that is beyond the log is wrong, and nothing to wait for.
        let at = |of: &[(Partition, View, Position)], view| {
            let known = of
                .iter()
                .find(|(at, known, _)| (*at, *known) == (partition, view));
            known
                .map_or(Position::START, |(_, _, position)| *position)
                .min(head)
        };
        if views.iter().all(|view| at(&made, *view) >= at(live, *view)) {
            continue;
        }
        let mut load = Load::begin(connection, partition, views).await?;
        let rest = load.read(connection).await?;
        if rest.len() > REST_EVENTS_MAX {
            return Ok(None);
        }
        load.apply(connection, &rest).await?;
        events += u64::try_from(rest.len()).unwrap_or_default();
    }
    Ok(Some(events))
}

async fn move_tables(connection: &mut PgConnection, views: &[View]) -> Result<(), RebuildError> {
    let mut statements = vec!["create schema slotkeeper_replaced".to_owned()];
    for view in views {
        statements.push(format!(
            "alter table public.{view} set schema slotkeeper_replaced"
        ));
        statements.push(format!(
            "alter table slotkeeper_shadow.{view} set schema public"
        ));
    }
    for statement in statements {
        let moved = connection.execute(statement.as_str()).await;
        moved.map_err(failed("moving a table"))?;
    }
    for (statement, doing) in [
        (include_str!("take_checkpoints.sql"), "moving checkpoints"),
        (include_str!("take_generations.sql"), "noting a generation"),
    ] {
        sqlx::query(statement)
            .bind(plan::names(views))
            .bind(Generation::SHADOW.number())
            .bind(Generation::LIVE.number())
            .execute(&mut *connection)
            .await
            .map_err(failed(doing))?;
    }
    Ok(())
}
