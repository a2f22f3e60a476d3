use std::time::Duration;

/// How long leases last.
#[derive(Debug, Clone, Copy)]
pub struct LeaseSettings {
    /// From one renewal: how long a dead node's duties lie idle. The same on every
    /// node: a lease that is dated further ahead counts as none.
    pub duration: Duration,
    /// Between two renewals: a fraction of the duration, so that some may fail;
    /// at least a millisecond.
    pub renew_every: Duration,
    /// How long a duty's worker may say nothing before it is taken for stuck and its
    /// duty is renewed no longer.
    pub silence_max: Duration,
}

impl Default for LeaseSettings {
    /// Two seconds, renewed every half second; 30 seconds of silence, which is longer than
    /// an append may take that has to find out how it ended.
    fn default() -> Self {
        Self {
            duration: Duration::from_secs(2),
            renew_every: Duration::from_millis(500),
            silence_max: Duration::from_secs(30),
        }
    }
}
