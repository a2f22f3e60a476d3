use std::{collections::BTreeMap, fs, sync::atomic::Ordering};

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgPool};

use super::{meters::Latency, site::Site};
use crate::{
    Outcome,
    ours::Server,
    report::Machine,
    serve::{Usage, resident},
};

/// How everything stood at one moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// Since the load began.
    pub seconds: f64,
    /// The machine's average number of runnable threads, over a minute.
    pub load: f64,
    /// Of commands, since the sample before.
    pub commands: Latency,
    /// Of everything else that was asked, since the sample before.
    pub reads: Latency,
    /// Visitors there.
    pub visitors: usize,
    /// Viewers there.
    pub viewers: usize,
    /// Frames that viewers have got so far.
    pub frames: u64,
    /// What each server has used, and has.
    pub servers: Vec<Usage>,
    /// PostgreSQL's.
    pub postgres: Postgres,
    /// Events that a view has yet to fold, in the partition where it is most.
    pub behind: i64,
    /// By name.
    pub tables: BTreeMap<String, Table>,
}

/// What PostgreSQL has.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Postgres {
    /// Connections.
    pub connections: usize,
    /// Memory of its processes, in bytes, that they do not share.
    pub memory_bytes: u64,
    /// Of the write-ahead log.
    pub wal_bytes: i64,
}

/// What a table takes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, FromRow)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// Its rows, in bytes.
    pub table_bytes: i64,
    /// Its indexes, in bytes.
    pub index_bytes: i64,
    /// Rows that nobody sees any more, by PostgreSQL's statistics.
    pub dead_rows: i64,
}

#[derive(FromRow)]
struct NamedTable {
    name: String,
    #[sqlx(flatten)]
    table: Table,
}

impl Sample {
    /// Takes one.
    ///
    /// # Errors
    ///
    /// When a server or PostgreSQL does not answer.
    pub(super) async fn take(
        site: &Site,
        servers: &mut [Server],
        database: &PgPool,
    ) -> Outcome<Self> {
        let mut used = Vec::with_capacity(servers.len());
        for server in servers {
            used.push(server.child.usage().await?);
        }
        let tables: Vec<NamedTable> = sqlx::query_as(include_str!("tables.sql"))
            .fetch_all(database)
            .await?;
        let tables = tables.into_iter().map(|row| (row.name, row.table));
        let (commands, reads) = site.meters.take_latencies();
        Ok(Self {
            seconds: site.seconds(),
            load: Machine::load(),
            commands,
            reads,
            visitors: site.visitors.load(Ordering::Acquire),
            viewers: site.viewers.load(Ordering::Acquire),
            frames: site.meters.totals().frames,
            servers: used,
            postgres: Postgres::now(database).await?,
            behind: sqlx::query_scalar(include_str!("behind.sql"))
                .fetch_one(database)
                .await?,
            tables: tables.collect(),
        })
    }
}

impl Postgres {
    async fn now(database: &PgPool) -> Outcome<Self> {
        let processes: Vec<(i32, bool)> = sqlx::query_as(include_str!("processes.sql"))
            .fetch_all(database)
            .await?;
        let memory = |(process, _): &(i32, bool)| {
            // It may have ended since.
            let status = fs::read_to_string(format!("/proc/{process}/status"));
            resident(&status.unwrap_or_default(), "RssAnon:")
        };
        Ok(Self {
            connections: processes.iter().filter(|(_, serves)| *serves).count(),
            memory_bytes: processes.iter().map(memory).sum(),
            wal_bytes: sqlx::query_scalar(include_str!("wal.sql"))
                .fetch_one(database)
                .await?,
        })
    }
}
