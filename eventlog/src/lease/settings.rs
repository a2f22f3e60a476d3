use std::time::Duration;

/// How long leases last.
#[derive(Debug, Clone, Copy)]
pub struct LeaseSettings {
    /// From one renewal: how long a dead node's duties lie idle.
    pub duration: Duration,
    /// Between two renewals: a fraction of the duration, so that some may fail;
    /// at least a millisecond.
    pub renew_every: Duration,
}

impl Default for LeaseSettings {
    /// Two seconds, renewed every half.
    fn default() -> Self {
        Self {
            duration: Duration::from_secs(2),
            renew_every: Duration::from_millis(500),
        }
    }
}
