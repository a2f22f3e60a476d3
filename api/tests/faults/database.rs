//! A PostgreSQL that crashes, and that is put back to earlier copies of itself.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
};

use eventlog::private_postgres::PrivatePostgres;
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

/// A PostgreSQL in a folder of its own, as durable as any.
#[derive(Debug)]
pub(crate) struct Database {
    folder: PathBuf,
    /// None while it is down.
    running: Option<PrivatePostgres>,
    options: PgConnectOptions,
    /// What was replaced by an earlier copy.
    undone: Option<PathBuf>,
}

/// Where the files of a data folder's PostgreSQL lie.
fn files(folder: &Path) -> PathBuf {
    folder.join("postgres/cluster")
}

/// Makes a migrated database in `folder`, for others to begin as copies of.
pub(crate) async fn make_template(folder: &Path) {
    let postgres = PrivatePostgres::start(folder).await.unwrap();
    let pool = eventlog::pool(postgres.options(), 1);
    eventlog::migrate(&pool).await.unwrap();
    pool.close().await;
    postgres.stop().await.unwrap();
}

async fn copy(from: &Path, to: &Path) {
    let mut copying = Command::new("cp");
    let copied = copying.arg("-a").arg(from).arg(to).status().await.unwrap();
    assert!(copied.success());
}

impl Database {
    /// Starts a copy of `template` in `folder`.
    pub(crate) async fn start(template: &Path, folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).unwrap();
        copy(&template.join("postgres"), &folder.join("postgres")).await;
        let postgres = PrivatePostgres::start(&folder).await.unwrap();
        Self {
            options: postgres.options(),
            running: Some(postgres),
            folder,
            undone: None,
        }
    }

    pub(crate) fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// As if its machine had lost power, but for what the kernel has yet to write.
    pub(crate) async fn crash(&mut self) {
        if let Some(postgres) = self.running.take() {
            postgres.crash().await.unwrap();
        }
    }

    pub(crate) async fn recover(&mut self) {
        let postgres = PrivatePostgres::start(&self.folder).await.unwrap();
        self.running = Some(postgres);
    }

    /// Copies its files as a crash leaves them, and goes on.
    pub(crate) async fn copy(&mut self) {
        self.crash().await;
        copy(&files(&self.folder), &self.folder.join("copy")).await;
        self.recover().await;
    }

    /// Puts the copy in the place of its files. What it was is kept aside. To be
    /// recovered from then on, if `new_timeline` on a timeline of its own.
    pub(crate) fn put_back(&mut self, new_timeline: bool) {
        let aside = self.folder.join("undone");
        fs::create_dir_all(aside.join("postgres")).unwrap();
        let cluster = files(&self.folder);
        fs::rename(&cluster, files(&aside)).unwrap();
        fs::rename(self.folder.join("copy"), &cluster).unwrap();
        if new_timeline {
            begin_timeline(&cluster);
        }
        self.undone = Some(aside);
    }

    /// The database that was replaced, started once more.
    pub(crate) async fn undone(&self) -> Option<PrivatePostgres> {
        let folder = self.undone.as_ref()?;
        Some(PrivatePostgres::start(folder).await.unwrap())
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(postgres) = self.running.take() {
            postgres.stop().await.unwrap();
        }
    }
}

/// Makes the next start a recovery from an archive, though an empty one: it ends
/// on a new timeline.
fn begin_timeline(cluster: &Path) {
    let signal = cluster.join("recovery.signal");
    fs::write(&signal, "").unwrap();
    let owner = fs::metadata(cluster).unwrap();
    chown(&signal, Some(owner.uid()), Some(owner.gid())).unwrap();
    let mut settings = OpenOptions::new();
    let settings = settings
        .append(true)
        .open(cluster.join("postgresql.auto.conf"));
    writeln!(settings.unwrap(), "restore_command = 'false'").unwrap();
}
