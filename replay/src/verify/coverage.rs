//! What a seal covers of the log, and whether it is this log's.

use domain::{calendar::Timestamp, partition::Partition};
use eventlog::Position;
use serde::Serialize;
use sqlx::PgConnection;

use crate::{
    ReplayError,
    database::Database,
    seal::{Seal, SealedPartition},
};

use super::{Promise, chain_value, survey::Survey};

/// What a seal covers, for people and for machines.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Coverage {
    pub(super) sealed_at: Timestamp,
    /// Events that the seal stands for.
    pub(super) covered: u64,
    /// Events that came after it, for which nothing but the database stands.
    pub(super) behind: u64,
    partitions: Vec<CoveredPartition>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CoveredPartition {
    partition: u16,
    sealed: u64,
    behind: u64,
}

impl Coverage {
    pub(super) fn of(seal: &Seal) -> Self {
        let partition = |of: &SealedPartition| CoveredPartition {
            partition: of.partition().get(),
            sealed: of.end().get(),
            behind: 0,
        };
        let partitions: Vec<_> = seal.partitions.iter().map(partition).collect();
        Self {
            sealed_at: seal.sealed_at(),
            covered: partitions.iter().map(|of| of.sealed).sum(),
            behind: 0,
            partitions,
        }
    }

    /// Notes where a partition ends.
    pub(super) fn read(&mut self, partition: Partition, last: Position) {
        let mut all = self.partitions.iter_mut();
        if let Some(of) = all.find(|of| of.partition == partition.get()) {
            of.behind = last.get().saturating_sub(of.sealed);
            self.behind += of.behind;
        }
    }
}

/// A seal says nothing of another log. Where the chain is the sealed one, the log is the
/// sealed one too, and its id was altered.
pub(super) async fn require_same_log(
    database: &Database,
    seal: &Seal,
    survey: &mut Survey,
) -> Result<(), ReplayError> {
    let sealed = seal.partitions.iter().map(|of| of.partition().get());
    let same = survey.log == Some(seal.log_id);
    if sealed.eq(0..survey.partitions.get()) {
        if same || survey.log.is_none() {
            return Ok(());
        }
        let mut connection = database.connect().await?;
        if is_chain_of(&mut connection, seal).await? {
            let (id, found) = (seal.log_id, survey.log.unwrap_or_default());
            let says = format!(
                "its row says that it is log {found}, and the rows are those of log {id}, which was sealed"
            );
            let remedy = format!("set it back: update log set id = '{id}'");
            survey
                .faults
                .found_of(Promise::Log, "table log", says, remedy);
            return Ok(());
        }
    }
    Err(ReplayError::OtherLog {
        sealed: seal.log_id,
        found: survey.log.unwrap_or_default(),
    })
}

/// Whether the chain has a sealed value where it was sealed.
async fn is_chain_of(connection: &mut PgConnection, seal: &Seal) -> Result<bool, ReplayError> {
    for sealed in &seal.partitions {
        for point in &sealed.points {
            let value = chain_value::at(connection, sealed.partition(), point.position()).await?;
            if value == Some(point.value) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
