//! The migrated database that tests' databases are copies of.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use crate::MIGRATOR;

/// The advisory lock under which a template is made: "slottmpl" in ASCII.
const LOCK: i64 = 0x736c_6f74_746d_706c;

/// Makes the database `name`, with nothing in it.
pub(super) async fn create(server: &PgConnectOptions, name: &str) {
    let mut connection = connect(server).await;
    run(&mut connection, &format!("create database {name}")).await;
}

/// Makes the database `name` as a copy of the template of the migrations as
/// they are now; makes the template when there is none.
pub(super) async fn copy(server: &PgConnectOptions, name: &str) {
    let mut connection = connect(server).await;
    let template = template_name();
    if !exists(&mut connection, &template).await {
        make(&mut connection, server, &template).await;
    }
    copy_of(server, &template, name).await;
}

/// Makes the database `name` as a copy of `template`, to which nobody is connected.
pub(super) async fn copy_of(server: &PgConnectOptions, template: &str, name: &str) {
    let mut connection = connect(server).await;
    run(
        &mut connection,
        &format!("create database {name} template {template}"),
    )
    .await;
}

async fn connect(server: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(server)
        .await
        .expect("SLOTKEEPER_TEST_DATABASE_URL, when set, names a running PostgreSQL")
}

/// Test processes that start at once take turns; all but the first find it made.
async fn make(connection: &mut PgConnection, server: &PgConnectOptions, template: &str) {
    lock(connection, "select pg_advisory_lock($1)").await;
    if !exists(connection, template).await {
        let draft = format!("{template}_draft");
        run(
            connection,
            &format!("drop database if exists {draft} with (force)"),
        )
        .await;
        run(connection, &format!("create database {draft}")).await;
        let mut inside = PgConnection::connect_with(&server.clone().database(&draft))
            .await
            .expect("a database that was just made takes a connection");
        MIGRATOR
            .run(&mut inside)
            .await
            .expect("the migrations run on an empty database");
        inside.close().await.expect("an idle connection closes");
        // The name is given last, so that a template of that name is whole.
        for statement in [
            format!("alter database {draft} allow_connections false"),
            format!("alter database {draft} rename to {template}"),
        ] {
            run(connection, &statement).await;
        }
    }
    lock(connection, "select pg_advisory_unlock($1)").await;
}

async fn exists(connection: &mut PgConnection, name: &str) -> bool {
    sqlx::query_scalar(include_str!("../private_postgres/database_exists.sql"))
        .bind(name)
        .fetch_one(connection)
        .await
        .expect("the catalogue can be read")
}

async fn lock(connection: &mut PgConnection, statement: &str) {
    sqlx::query(statement)
        .bind(LOCK)
        .execute(connection)
        .await
        .expect("an advisory lock can be had and given back");
}

/// Runs a statement about databases, whose names can't be bound; ours need no quoting.
async fn run(connection: &mut PgConnection, statement: &str) {
    if let Err(error) = sqlx::query(statement).execute(connection).await {
        panic!("{statement}: {error}");
    }
}

/// Names the template after what made it, so that changed migrations make another.
fn template_name() -> String {
    let mut digest = Sha256::new();
    for migration in MIGRATOR.iter() {
        digest.update(migration.version.to_be_bytes());
        digest.update(&migration.checksum);
    }
    let mut name = "slotkeeper_template_".to_owned();
    for byte in &digest.finalize()[..8] {
        write!(name, "{byte:02x}").expect("writing to a string does not fail");
    }
    name
}
