use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::Seen;
use crate::{
    Epoch, LogError, Position, Tip,
    database::{failed, on_connection},
};

/// What one look at the log found.
#[derive(Debug)]
pub(crate) struct News {
    pub(crate) epoch: Epoch,
    /// The database's time.
    pub(crate) now: DateTime<Utc>,
    /// The ends of all partitions, in their order.
    pub(crate) heads: Vec<Seen>,
    /// What appends need and the database lacks.
    pub(crate) missing: Vec<String>,
}

#[rustfmt::skip]
type NewsRow = (Uuid, i32, String, DateTime<Utc>, Vec<i64>, Vec<i64>, Vec<String>);

/// Looks at the log.
///
/// # Errors
///
/// [`LogError::Database`].
pub(crate) async fn read_news(pool: &PgPool) -> Result<News, LogError> {
    let doing = "reading the log's heads";
    on_connection(pool, doing, async |connection| {
        let row = match read(connection, include_str!("news.sql")).await {
            Err(error) if is_forbidden(&error) => {
                read(connection, include_str!("news_by_control.sql")).await
            }
            read => read,
        };
        row.map(News::from).map_err(failed(doing))
    })
    .await
}

async fn read(
    connection: &mut PgConnection,
    statement: &'static str,
) -> Result<NewsRow, sqlx::Error> {
    sqlx::query_as(statement).fetch_one(connection).await
}

/// Whether the database lacks a function or does not let us call it.
fn is_forbidden(error: &sqlx::Error) -> bool {
    const INSUFFICIENT_PRIVILEGE: &str = "42501";
    const UNDEFINED_FUNCTION: &str = "42883";
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == INSUFFICIENT_PRIVILEGE || code == UNDEFINED_FUNCTION)
}

impl From<NewsRow> for News {
    fn from((log, restores, timeline, now, positions, tips, missing): NewsRow) -> Self {
        let heads = positions.into_iter().zip(tips).map(|(position, tip)| Seen {
            position: Position::new(position.unsigned_abs()),
            tip: Tip(tip),
        });
        Self {
            epoch: Epoch::new(log, restores, &timeline),
            now,
            heads: heads.collect(),
            missing,
        }
    }
}
