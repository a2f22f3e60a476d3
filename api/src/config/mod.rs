//! Configuration: by environment or flags, read once at start. A wrong value
//! refuses to start and says which.

mod database;
#[cfg(test)]
mod document;
mod http;
mod keys;
mod logging;
mod pages;
mod retention;
mod streams;
mod views;
mod writes;

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;

pub use database::DatabaseSettings;
pub use http::HttpSettings;
pub use keys::KeySettings;
pub use logging::{LogFormat, LogSettings};
pub use pages::PageSettings;
pub use retention::RetentionSettings;
pub use streams::StreamSettings;
pub use views::ViewSettings;
pub use writes::WriteSettings;

/// All settings of a server, one group a concern. docs/configuration.md lists
/// them; a test holds the list to these definitions.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// Folder of what this node keeps: its keys unless they are set, and the
    /// private PostgreSQL unless `DATABASE_URL` is set.
    #[arg(
        long,
        env = "SLOTKEEPER_DATA",
        value_name = "FOLDER",
        default_value = "./data"
    )]
    pub data: PathBuf,

    /// In an empty database, registers studio-a, studio-b, meeting-room and yoga-class.
    #[arg(long, env = "SLOTKEEPER_DEMO", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true")]
    pub demo: bool,

    /// Where the log is.
    #[command(flatten)]
    pub database: DatabaseSettings,
    /// What signs and seals, and who may do what.
    #[command(flatten)]
    pub keys: KeySettings,
    /// Connections and requests.
    #[command(flatten)]
    pub http: HttpSettings,
    /// The pages for people.
    #[command(flatten)]
    pub pages: PageSettings,
    /// Live streams.
    #[command(flatten)]
    pub streams: StreamSettings,
    /// The write side.
    #[command(flatten)]
    pub writes: WriteSettings,
    /// What reads keep in memory.
    #[command(flatten)]
    pub views: ViewSettings,
    /// What of the log is kept for how long.
    #[command(flatten)]
    pub retention: RetentionSettings,
    /// What the server says of itself.
    #[command(flatten)]
    pub log: LogSettings,
}

/// A whole number within bounds, which the refusal of another names.
fn within<T>(bounds: std::ops::RangeInclusive<u64>) -> RangedU64ValueParser<T>
where
    T: TryFrom<u64> + Clone + Send + Sync,
{
    RangedU64ValueParser::new().range(bounds)
}
