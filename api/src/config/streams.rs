use std::{num::NonZeroU32, time::Duration};

use super::within;

/// Live streams and their bounds.
#[derive(Debug, Clone, clap::Args)]
pub struct StreamSettings {
    /// Viewers' streams at once; one more is answered 503. Each takes a connection and
    /// some kilobytes. Absent: 10000, or half of the connections, so that viewers can't
    /// shut out bookers.
    #[arg(
        long,
        env = "SLOTKEEPER_STREAMS",
        value_name = "COUNT",
        value_parser = within::<usize>(1..=1_000_000)
    )]
    pub streams: Option<usize>,

    /// Auditors' streams of the log at once: each reads every partition.
    #[arg(
        long,
        env = "SLOTKEEPER_LOG_STREAMS",
        value_name = "COUNT",
        default_value = "16",
        value_parser = within::<usize>(1..=1_000)
    )]
    pub log_streams: usize,

    /// States of a day that a viewer is sent each second at most, and rounds of all its days:
    /// more than an eye sees, and of a flood of changes a viewer gets so much and no more.
    /// The newest state is always sent. 0 is as many as there are.
    #[arg(
        long,
        env = "SLOTKEEPER_STREAM_STATES",
        value_name = "COUNT",
        default_value = "10",
        value_parser = within::<u32>(0..=1_000)
    )]
    pub stream_states: u32,

    /// Milliseconds of silence after which a stream carries a comment, so that
    /// nobody between takes it for dead: proxies cut at 60 s.
    #[arg(
        long,
        env = "SLOTKEEPER_KEEP_ALIVE_MS",
        value_name = "MS",
        default_value = "15000",
        value_parser = within::<u64>(10..=60_000)
    )]
    pub keep_alive_ms: u64,

    /// Milliseconds after which a viewer whose stream broke comes back: each is
    /// told its own time between this and twice this, so that they do not come
    /// back together.
    #[arg(
        long,
        env = "SLOTKEEPER_RETRY_MS",
        value_name = "MS",
        default_value = "2000",
        value_parser = within::<u64>(1..=60_000)
    )]
    pub retry_ms: u64,
}

impl StreamSettings {
    /// Rounds a second; nothing where there is no limit.
    pub(crate) const fn states_each_second(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.stream_states)
    }

    pub(crate) const fn keep_alive(&self) -> Duration {
        Duration::from_millis(self.keep_alive_ms)
    }
}
