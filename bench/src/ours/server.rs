use std::{ops::Deref, path::Path};

use sqlx::{PgPool, postgres::PgConnectOptions};
use tempfile::TempDir;

use super::{
    node::MASTER_KEY_BYTE,
    web::{ADMIN_KEY, Web},
};
use crate::{Outcome, peers, postgres, serve::Child};

/// Connections with which a benchmark looks into the server's database.
const CONNECTIONS: u32 = 2;

/// A whole server in a process of its own, as people run it.
#[derive(Debug)]
pub(crate) struct Server {
    /// Its process.
    pub(crate) child: Child,
    /// The way in.
    pub(crate) web: Web,
    pool: PgPool,
    // Its keys. Dropped after the process.
    _folder: TempDir,
}

impl Server {
    /// Starts one on a database; `program` is this one.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub(crate) async fn start(program: &Path, options: PgConnectOptions) -> Outcome<Self> {
        Self::start_with(program, options, &[]).await
    }

    /// Starts one with more settings than those of every benchmark.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub(crate) async fn start_with(
        program: &Path,
        options: PgConnectOptions,
        more: &[&str],
    ) -> Outcome<Self> {
        let folder = tempfile::Builder::new()
            .prefix("slotkeeper-bench-keys-")
            .tempdir()?;
        let url = postgres::url(&options)?;
        let data = folder.path().display().to_string();
        let master_key = format!("{MASTER_KEY_BYTE:02x}").repeat(32);
        let settings = [
            ("--listen", "127.0.0.1:0"),
            ("--database-url", &url),
            ("--data", &data),
            ("--admin-key", ADMIN_KEY),
            ("--master-key", &master_key),
            // More than the subscribers of any benchmark.
            ("--streams", "12000"),
            // All clients are at one address, and are to ask as fast as they can.
            ("--limits", "false"),
        ];
        let settings = settings.map(|(name, value)| format!("{name}={value}"));
        let mut arguments = vec!["slotkeeper"];
        arguments.extend(settings.iter().map(String::as_str));
        arguments.extend(more);
        let child = Child::start(program, &arguments).await?;
        let pool = peers::pool(options, CONNECTIONS).await?;
        Ok(Self {
            web: Web::new(child.address.clone(), pool.clone()),
            child,
            pool,
            _folder: folder,
        })
    }

    /// Stops it, and waits for its end.
    ///
    /// # Errors
    ///
    /// When it ends badly.
    pub(crate) async fn stop(self) -> Outcome<()> {
        self.pool.close().await;
        self.child.stop().await
    }
}

impl Deref for Server {
    type Target = Web;

    fn deref(&self) -> &Web {
        &self.web
    }
}
