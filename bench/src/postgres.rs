use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use eventlog::private_postgres::PrivatePostgres;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;

use crate::Outcome;

/// A PostgreSQL for one benchmark: `fsync` and `synchronous_commit` on, its data in
/// a temporary folder, gone with this value.
#[derive(Debug)]
pub(crate) struct Postgres {
    server: PrivatePostgres,
    // Dropped after the server.
    _folder: TempDir,
}

/// The way to a database of [`Postgres`], for other processes.
///
/// # Errors
///
/// When it does not lead through a socket.
pub(crate) fn url(options: &PgConnectOptions) -> Outcome<String> {
    let socket = options.get_socket().ok_or("a socket was asked for")?;
    Ok(format!(
        "postgres://{}@localhost/{}?host={}",
        options.get_username(),
        options.get_database().unwrap_or_default(),
        socket.display(),
    ))
}

impl Postgres {
    /// Starts one.
    ///
    /// # Errors
    ///
    /// When PostgreSQL is missing or does not start.
    pub(crate) async fn start() -> Outcome<Self> {
        let folder = tempfile::Builder::new()
            .prefix("slotkeeper-bench-")
            // Started as root, PostgreSQL runs as another user.
            .permissions(Permissions::from_mode(0o711))
            .tempdir()?;
        let server = PrivatePostgres::start(folder.path()).await?;
        Ok(Self {
            server,
            _folder: folder,
        })
    }

    /// Makes an empty database, with everything before it written out, so that
    /// no turn pays for the one before it.
    ///
    /// # Errors
    ///
    /// When PostgreSQL refuses.
    pub(crate) async fn database(&self, name: &str) -> Outcome<PgConnectOptions> {
        let mut connection = PgConnection::connect_with(&self.server.options()).await?;
        for statement in [
            format!("drop database if exists {name} with (force)"),
            format!("create database {name}"),
            "checkpoint".to_owned(),
        ] {
            sqlx::query(&statement).execute(&mut connection).await?;
        }
        connection.close().await?;
        Ok(self.server.options().database(name))
    }

    /// What it calls itself: `15.19`.
    ///
    /// # Errors
    ///
    /// When it can't be asked.
    pub(crate) async fn version(&self) -> Outcome<String> {
        let mut connection = PgConnection::connect_with(&self.server.options()).await?;
        let version: String = sqlx::query_scalar("show server_version")
            .fetch_one(&mut connection)
            .await?;
        Ok(version)
    }

    /// Stops it.
    ///
    /// # Errors
    ///
    /// When it does not stop.
    pub(crate) async fn stop(self) -> Outcome<()> {
        Ok(self.server.stop().await?)
    }
}
