use projections::live::LiveLimits;

use super::within;

/// What reads keep in memory.
#[derive(Debug, Clone, clap::Args)]
pub struct ViewSettings {
    /// Days kept in memory beyond the watched ones, about 300 bytes each: a year of
    /// 270 resources.
    #[arg(
        long,
        env = "SLOTKEEPER_CACHED_DAYS",
        value_name = "COUNT",
        default_value = "100000",
        value_parser = within::<usize>(64..=10_000_000)
    )]
    pub cached_days: usize,

    /// Days that viewers watch; a stream that would watch more is answered 503.
    #[arg(
        long,
        env = "SLOTKEEPER_WATCHED_DAYS",
        value_name = "COUNT",
        default_value = "100000",
        value_parser = within::<usize>(64..=10_000_000)
    )]
    pub watched_days: usize,
}

impl From<&ViewSettings> for LiveLimits {
    fn from(settings: &ViewSettings) -> Self {
        Self {
            cached_days: settings.cached_days,
            watched_days: settings.watched_days,
        }
    }
}
