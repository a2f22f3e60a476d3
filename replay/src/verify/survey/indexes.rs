//! Whether the indexes have every row of their tables, by the extension amcheck of
//! PostgreSQL.

use sqlx::{Executor, PgConnection, error::DatabaseError};

use crate::{
    error::{ReplayError, failed},
    verify::{Faults, Promise},
};

/// The state by which PostgreSQL says that the role may not do it: so for all of them.
const NOT_ALLOWED: &str = "42501";

/// The states by which amcheck says that an index, or a table, is at fault.
const CORRUPT: [&str; 2] = ["XX001", "XX002"];

/// What is known of the indexes.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    /// Those that are at fault.
    pub(super) broken: Vec<String>,
    /// Which were not looked at, and why.
    pub(super) unchecked: Option<String>,
}

impl Indexes {
    /// Notes an index that could not be compared.
    fn leave_out(&mut self, name: &str, says: &str) {
        let of_one = format!("{name} ({says})");
        self.unchecked = Some(match self.unchecked.take() {
            Some(before) => format!("{before}, {of_one}"),
            None => format!("these indexes could not be compared with their tables: {of_one}"),
        });
    }
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
             database; a superuser makes it by `create extension amcheck`, --amcheck does it here".into(),
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
        let code = code.unwrap_or_default();
        if code == NOT_ALLOWED {
            let why = "the indexes were not all compared with their tables: amcheck may not be run by this role";
            found.unchecked = Some(why.into());
            break;
        }
        let says = match error.as_database_error() {
            Some(told) => told.message().to_owned(),
            // The connection is gone, and nothing more can be asked by it.
            None => return Err(failed("comparing an index with its table")(error)),
        };
        if !CORRUPT.contains(&code.as_ref()) {
            found.leave_out(&name, &says);
            continue;
        }
        let remedy = format!("make the index again: reindex index concurrently {name}");
        faults.found_of(Promise::Indexes, format!("index {name}"), says, remedy);
        found.broken.push(name);
    }
    Ok(found)
}
