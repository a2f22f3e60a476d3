use sqlx::{Executor, PgConnection};

use super::migrate::DOING;
use crate::{LogError, database::failed};

/// Builds the index by which migration 20261201000011 replaces `events_expected_version`
/// beside it, while others go on writing: on a long log that takes minutes.
///
/// Interrupted, it leaves an index that the next run drops.
///
/// # Errors
///
/// [`LogError::Database`], also when a stream has a sequence twice: then the old index
/// has hidden events, and the log is to be looked at before anything else.
pub(super) async fn build(connection: &mut PgConnection) -> Result<(), LogError> {
    let state: Option<bool> = sqlx::query_scalar(include_str!("index_state.sql"))
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed(DOING))?;
    let Some(is_there) = state else {
        return Ok(());
    };
    if is_there {
        return Ok(());
    }
    tracing::info!("building an index of the streams beside the old one");
    for statement in [
        include_str!("drop_index.sql"),
        include_str!("build_index.sql"),
    ] {
        let built = connection.execute(statement).await;
        built.map_err(failed("building an index of the streams"))?;
    }
    Ok(())
}
