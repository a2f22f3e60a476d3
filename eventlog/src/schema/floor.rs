use sqlx::{PgConnection, error::DatabaseError};

use super::{
    migrate::{DOING, MIGRATOR},
    ours::versions,
};
use crate::{LogError, Refusal, database::failed};

/// The states by which PostgreSQL says that there is no such table, and that it is not
/// for this role.
const UNKNOWN: [&str; 2] = ["42P01", "42501"];

/// Which program asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// One that migrates, reads and writes.
    Server,
    /// One that reads what is there.
    Tool,
}

/// The last migration that this program knows.
fn known() -> i64 {
    let versions = MIGRATOR.iter().map(|migration| migration.version);
    versions.max().unwrap_or_default()
}

/// Whether this program fits the schema as it is: one that migrates nothing needs it up
/// to date. A database without a log passes, and so does one whose role may not see.
///
/// # Errors
///
/// [`Refusal::TooOld`], [`Refusal::Unmigrated`]; [`LogError::Database`].
pub async fn require_fit(connection: &mut PgConnection, program: Program) -> Result<(), LogError> {
    let floor = floor(connection, program).await?;
    require_at_least(floor)?;
    let seen = match versions(connection).await {
        Err(error) if is_unknown(&error) => return Ok(()),
        seen => seen?,
    };
    let last = seen.last().copied();
    let lacks = MIGRATOR.iter().any(|ours| !seen.contains(&ours.version));
    match last {
        Some(last) if lacks => Err(Refusal::Unmigrated {
            last,
            known: known(),
        }
        .into()),
        _ => Ok(()),
    }
}

/// Whether this server may run on the schema, which it is about to bring up to date.
///
/// # Errors
///
/// [`Refusal::TooOld`], [`LogError::Database`].
pub(super) async fn require_server(connection: &mut PgConnection) -> Result<(), LogError> {
    require_at_least(floor(connection, Program::Server).await?)
}

fn require_at_least(floor: Option<i64>) -> Result<(), LogError> {
    let known = known();
    match floor {
        Some(needed) if needed > known => Err(Refusal::TooOld { needed, known }.into()),
        _ => Ok(()),
    }
}

/// The last migration that a program must know; none of a database that does not say.
async fn floor(connection: &mut PgConnection, program: Program) -> Result<Option<i64>, LogError> {
    let found = sqlx::query_as(include_str!("floor.sql"))
        .fetch_optional(connection)
        .await
        .map_err(failed(DOING));
    let found: Option<(i64, i64)> = match found {
        Err(error) if is_unknown(&error) => None,
        found => found?,
    };
    Ok(found.map(|(server, tool)| match program {
        Program::Server => server,
        Program::Tool => tool,
    }))
}

fn is_unknown(error: &LogError) -> bool {
    let LogError::Database { source, .. } = error else {
        return false;
    };
    let code = source.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| UNKNOWN.contains(&code.as_ref()))
}
