//! The schema against the one that the migrations make.

use std::collections::HashMap;

use sqlx::PgConnection;

use crate::{
    error::{ReplayError, failed},
    verify::{Faults, Promise},
};

/// What the migrations make, a line each, as `schema.sql` reads it. The test
/// `survey::the_schema_that_is_expected_is_that_of_a_new_database` writes it when it is
/// told to.
const EXPECTED: &str = include_str!("schema.txt");

/// What is wrong with the schema.
#[derive(Debug, Default)]
pub(super) struct Schema {
    /// The tables that are at fault.
    tables: Vec<String>,
    /// What is missing: tables, and parts of them.
    missing: Vec<String>,
    /// Whether a table is missing.
    lacks_table: bool,
    /// Whether a column of a table that is there is missing.
    lacks_column: bool,
}

impl Schema {
    /// Whether anything of a table is at fault.
    pub(super) fn is_at_fault(&self, table: &str) -> bool {
        self.tables.iter().any(|of| of == table)
    }

    /// Whether a table is missing.
    pub(super) fn is_missing(&self, table: &str) -> bool {
        self.missing.iter().any(|of| of == table)
    }

    /// Whether a column is missing of a table that is there.
    pub(super) const fn lacks_column(&self) -> bool {
        self.lacks_column
    }

    /// Whether every table is there.
    pub(super) const fn has_all_tables(&self) -> bool {
        !self.lacks_table
    }
}

/// Compares them. Whatever else somebody has made is no concern of ours.
pub(super) async fn check(
    connection: &mut PgConnection,
    faults: &mut Faults,
) -> Result<Schema, ReplayError> {
    let parts: Vec<(String, String, String)> = sqlx::query_as(include_str!("schema.sql"))
        .fetch_all(connection)
        .await
        .map_err(failed("reading the schema"))?;
    let parts = parts.into_iter();
    let there: HashMap<_, _> = parts
        .map(|(kind, name, text)| ((kind, name), text))
        .collect();
    let mut schema = Schema::default();
    for line in EXPECTED.lines() {
        let mut fields = line.splitn(3, '\t');
        let (Some(kind), Some(name), Some(wanted)) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let part = there.get(&(kind.to_owned(), name.to_owned()));
        if part.is_some_and(|part| part == wanted) {
            continue;
        }
        let (table, own) = name.split_once('.').unwrap_or((name, name));
        let table = if kind == "index" { on(wanted) } else { table };
        // What goes with what is missing is no fault of its own.
        if schema.is_missing(table) || schema.is_missing(own) {
            continue;
        }
        let says = match part {
            None => "it is missing".to_owned(),
            Some(part) => format!("it is {part:?}, and should be {wanted:?}"),
        };
        if part.is_none() {
            schema.missing.push(own.to_owned());
            schema.lacks_table |= kind == "table";
            schema.lacks_column |= kind == "column" && !there.contains_key(&type_of(table));
        }
        schema.tables.push(table.to_owned());
        let place = format!("{kind} {name}");
        faults.found_of(
            Promise::Schema,
            place,
            says,
            remedy(kind, table, own, wanted),
        );
    }
    Ok(schema)
}

/// The table that an index is on, by its definition.
fn on(definition: &str) -> &str {
    let after = definition.split_once(" ON public.");
    after
        .and_then(|(_, rest)| rest.split(' ').next())
        .unwrap_or_default()
}

/// What a type of rows is listed as.
fn type_of(name: &str) -> (String, String) {
    ("type".to_owned(), name.to_owned())
}

fn remedy(kind: &str, table: &str, name: &str, wanted: &str) -> String {
    match kind {
        "constraint" => {
            format!("make it again: alter table {table} add constraint {name} {wanted}")
        }
        "index" => format!("make it again: {wanted}"),
        "trigger" => format!(
            "make it again, as the migrations have it, or: alter table {table} enable trigger {name}"
        ),
        _ => "make it again as the migrations have it, from the release's migrations folder"
            .to_owned(),
    }
}
