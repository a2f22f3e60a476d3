use std::time::Duration;

/// Bounds of the executor.
#[derive(Debug, Clone)]
pub struct ExecutorLimits {
    /// Commands per partition that wait for their answers; one more gets
    /// [`crate::Failure::Busy`].
    pub queue: usize,
    /// Commands decided in one append.
    pub batch: usize,
    /// Streams kept in memory per partition, beside those that queued commands
    /// wait for.
    pub cached_streams: usize,
    /// Holds ended in one append.
    pub expire_batch: usize,
    /// How long a command may wait for its answer.
    pub patience: Duration,
}

impl Default for ExecutorLimits {
    fn default() -> Self {
        Self {
            // A partition answers thousands a second: this is a wait of well
            // under a second, and past it a client had better come back.
            queue: 1024,
            // The gain of larger statements ends here, and the wait of the
            // batch behind it grows.
            batch: 512,
            // About half a kilobyte each: 8 MB a partition.
            cached_streams: 16_384,
            expire_batch: 512,
            // Below the 60 s after which proxies give up, and above a failover
            // of a connection.
            patience: Duration::from_secs(15),
        }
    }
}
