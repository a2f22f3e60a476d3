//! The log against a real PostgreSQL, a database a test.

#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod append;
mod clock;
mod columns;
mod cqrs;
mod days;
mod dead_links;
mod durability;
mod follow;
mod heads;
mod health;
mod history;
mod joint;
mod keys;
mod leases;
mod lost_connection;
mod pgbouncer;
mod postgres_es;
mod race;
mod releases;
mod retention_reads;
mod schema;
mod statements;
mod support;

mod wake;
