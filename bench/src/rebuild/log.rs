use eventlog::{Log, LogSettings};
use sqlx::postgres::PgConnectOptions;

use crate::{
    Outcome,
    ours::{PARTITIONS, master_key},
};

/// Connections of those who write the past: one for each partition.
const CONNECTIONS: u32 = 8;

/// Makes a log in an empty database.
pub(super) async fn open(options: PgConnectOptions) -> Outcome<Log> {
    let pool = eventlog::pool(options, CONNECTIONS);
    eventlog::migrate(&pool).await?;
    let settings = LogSettings {
        partitions: PARTITIONS,
        master_key: master_key(),
    };
    Ok(Log::open(pool, settings).await?)
}
