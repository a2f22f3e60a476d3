//! Whether the indexes have every row of their tables, by the extension amcheck of
//! PostgreSQL.

use sqlx::{Executor, PgConnection, error::DatabaseError};

use crate::{
    error::{ReplayError, failed},
    verify::{Faults, Promise},
};

/// The states by which amcheck says that an index, or a table, is at fault.
const CORRUPT: [&str; 2] = ["XX001", "XX002"];

/// What is known of the indexes.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    /// Those that are at fault.
    pub(super) broken: Vec<String>,
    /// Why they were not looked at.
    pub(super) unchecked: Option<&'static str>,
}

/// Checks each index on its own. Makes the extension only where that is asked for.
pub(super) async fn check(
    connection: &mut PgConnection,
    create: bool,
    faults: &mut Faults,
) -> Result<Indexes, ReplayError> {
    if create {
        connection
            .execute("create extension if not exists amcheck")
            .await
            .map_err(failed("making the extension amcheck"))?;
    }
    let mut found = Indexes::default();
    let schema: Option<String> = sqlx::query_scalar(include_str!("amcheck.sql"))
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed("looking for the extension amcheck"))?;
    let Some(schema) = schema else {
        found.unchecked = Some(
            "the indexes were not compared with their tables: the extension amcheck is not in this \
             database; a superuser makes it by `create extension amcheck`, --amcheck does it here",
        );
        return Ok(found);
    };
    let indexes: Vec<(i64, String)> = sqlx::query_as(include_str!("indexes.sql"))
        .fetch_all(&mut *connection)
        .await
        .map_err(failed("reading the indexes"))?;
    for (oid, name) in indexes {
        let check = format!("select {schema}.bt_index_check({oid}::oid::regclass, true)");
        let Err(error) = connection.execute(check.as_str()).await else {
            continue;
        };
        let code = error.as_database_error().and_then(DatabaseError::code);
        if !code.is_some_and(|code| CORRUPT.contains(&code.as_ref())) {
            found.unchecked = Some(
                "the indexes were not all compared with their tables: amcheck may not be run by this role",
            );
            break;
        }
        let says = error
            .as_database_error()
            .map(|error| error.message().to_owned());
        let remedy = format!("make the index again: reindex index concurrently {name}");
        faults.found_of(
            Promise::Indexes,
            format!("index {name}"),
            says.unwrap_or_default(),
            remedy,
        );
        found.broken.push(name);
    }
    Ok(found)
}
