use std::time::Duration;

use executor::ExecutorLimits;

use super::within;

/// Bounds of the write side, per partition.
#[derive(Debug, Clone, clap::Args)]
pub struct WriteSettings {
    /// Commands that may wait for their answers; one more is answered 503 with
    /// Retry-After. A fraction of a second's work: past it a client had better
    /// come back.
    #[arg(
        long,
        env = "SLOTKEEPER_QUEUE",
        value_name = "COUNT",
        default_value = "1024",
        value_parser = within::<usize>(1..=1_000_000)
    )]
    pub queue: usize,

    /// Commands decided in one append: the gain of larger ones ends here, and the
    /// wait of those behind grows.
    #[arg(
        long,
        env = "SLOTKEEPER_BATCH",
        value_name = "COUNT",
        default_value = "512",
        value_parser = within::<usize>(1..=10_000)
    )]
    pub batch: usize,

    /// Streams kept in memory of each partition, about half a kilobyte each.
    #[arg(
        long,
        env = "SLOTKEEPER_CACHED_STREAMS",
        value_name = "COUNT",
        default_value = "16384",
        value_parser = within::<usize>(64..=10_000_000)
    )]
    pub cached_streams: usize,

    /// Holds ended in one append of the timer.
    #[arg(
        long,
        env = "SLOTKEEPER_EXPIRE_BATCH",
        value_name = "COUNT",
        default_value = "512",
        value_parser = within::<usize>(1..=10_000)
    )]
    pub expire_batch: usize,

    /// Milliseconds that a command may wait for its answer: above a failover of a
    /// connection, below the 60 s after which proxies give up.
    #[arg(
        long,
        env = "SLOTKEEPER_COMMAND_TIMEOUT_MS",
        value_name = "MS",
        default_value = "15000",
        value_parser = within::<u64>(100..=60_000)
    )]
    pub command_timeout_ms: u64,
}

impl From<&WriteSettings> for ExecutorLimits {
    fn from(settings: &WriteSettings) -> Self {
        Self {
            queue: settings.queue,
            batch: settings.batch,
            cached_streams: settings.cached_streams,
            expire_batch: settings.expire_batch,
            patience: Duration::from_millis(settings.command_timeout_ms),
        }
    }
}
