/// Bounds of the feed.
#[derive(Debug, Clone)]
pub struct LiveLimits {
    /// Days kept in memory per node beyond the watched ones, and as many
    /// resources' settings, shared out evenly among the partitions. A day takes
    /// about 300 bytes.
    pub cached_days: usize,
    /// Watched days per node, each counted once however many watch it. A watched
    /// day takes about a kilobyte, and two frames.
    pub watched_days: usize,
}

impl Default for LiveLimits {
    /// 100,000 cached days (30 MB), a year of 270 resources, and as many watched ones.
    fn default() -> Self {
        Self {
            cached_days: 100_000,
            watched_days: 100_000,
        }
    }
}
