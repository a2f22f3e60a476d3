//! A PostgreSQL that crashes, is killed, has no room or another clock, and that is
//! put back to earlier copies of itself.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
};

use eventlog::{private_postgres::PrivatePostgres, testing::SkewedClock};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use crate::{kind::Kind, plan::Plan, small_disk::SmallDisk};

/// Until when a verdict waits, in seconds from now: longer than any clock was ahead.
const VERDICT_AHEAD: i64 = 2 * 86_400;

/// A PostgreSQL in a folder of its own, as durable as any.
#[derive(Debug)]
pub(crate) struct Database {
    folder: PathBuf,
    /// None while it is down, or the servers' own.
    running: Option<PrivatePostgres>,
    /// Whether it is the servers' to start, whenever it has ended.
    private: bool,
    options: PgConnectOptions,
    /// What was replaced by an earlier copy.
    undone: Option<PathBuf>,
    /// What it goes by, if not by the machine's.
    clock: Option<SkewedClock>,
    /// Where its folder lies, if not with all others.
    disk: Option<SmallDisk>,
}

/// Where the files of a data folder's PostgreSQL lie.
fn files(folder: &Path) -> PathBuf {
    folder.join("postgres/cluster")
}

/// What a data folder's PostgreSQL goes by, if it is there.
fn clock(folder: &Path) -> PathBuf {
    folder.join("postgres/clock")
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
    /// Makes a copy of `template` in `folder` and starts it, as the plan needs it;
    /// one that is to be the servers' own is theirs to start.
    pub(crate) async fn start(plan: &Plan, template: &Path, folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).unwrap();
        let full = plan.kinds.contains(&Kind::FullDisk);
        let disk = full.then(|| SmallDisk::mount(&folder));
        copy(&template.join("postgres"), &folder.join("postgres")).await;
        let jumps = plan.kinds.contains(&Kind::JumpDatabaseClock);
        let clock = jumps.then(|| SkewedClock::make(clock(&folder)).unwrap());
        let postgres = PrivatePostgres::start(&folder).await.unwrap();
        let mut database = Self {
            options: postgres.options(),
            running: Some(postgres),
            private: plan.is_private(),
            folder,
            undone: None,
            clock,
            disk,
        };
        if plan.is_private() {
            database.stop().await;
        }
        database
    }

    /// Where it lies, for servers whose own it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
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

    /// Kills the process that all others of it come from, if there is one; tells which.
    pub(crate) fn kill_postmaster(&self) -> Option<Pid> {
        let postmaster = self.postmaster()?;
        kill_process(postmaster, Signal::KILL).ok()?;
        Some(postmaster)
    }

    /// The process that all others of it come from, if it runs.
    pub(crate) fn postmaster(&self) -> Option<Pid> {
        let file = fs::read_to_string(files(&self.folder).join("postmaster.pid")).ok()?;
        let pid = Pid::from_raw(file.lines().next()?.trim().parse().ok()?)?;
        // The file may be left from one that was killed, and the number another's now.
        let command = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).ok()?;
        let own = files(&self.folder).display().to_string();
        String::from_utf8_lossy(&command)
            .contains(&own)
            .then_some(pid)
    }

    /// Starts it if it has ended by itself, unless others are to do so.
    pub(crate) async fn recover_if_ended(&mut self) {
        if !self.private && self.postmaster().is_none() {
            self.crash().await;
            self.recover().await;
        }
    }

    /// The disk that is there to be filled.
    pub(crate) fn disk(&self) -> &SmallDisk {
        self.disk.as_ref().unwrap()
    }

    /// Lets its clock be ahead of the machine's by this.
    pub(crate) fn jump(&self, seconds: i64) {
        self.clock.as_ref().unwrap().jump(seconds).unwrap();
    }

    /// Lets time pass until all that was written when its clock was ahead is past.
    pub(crate) fn await_written_times(&self) {
        let aside = self.undone.as_deref().map(clock);
        if let Some(ahead) = &self.clock {
            ahead.jump(VERDICT_AHEAD).unwrap();
            if let Some(aside) = aside {
                let aside = SkewedClock::make(aside).unwrap();
                aside.jump(VERDICT_AHEAD).unwrap();
            }
        }
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

    /// Leaves its files where they are, or to who removes the folder.
    pub(crate) async fn leave(&mut self, keep: bool) {
        if let Some(disk) = self.disk.take() {
            disk.unmount(keep).await;
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
