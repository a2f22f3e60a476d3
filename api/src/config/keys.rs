use crate::auth::Secret;

use super::within;

/// What signs and seals, and who may do what.
#[derive(Debug, Clone, clap::Args)]
pub struct KeySettings {
    /// Lets its bearer change resources and any booking: 16 to 256 visible ASCII
    /// characters. Absent: nobody can.
    #[arg(
        long,
        env = "SLOTKEEPER_ADMIN_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub admin_key: Option<Secret>,

    /// Lets its bearer read the whole log: 16 to 256 visible ASCII characters.
    /// Absent: nobody can.
    #[arg(
        long,
        env = "SLOTKEEPER_AUDITOR_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub auditor_key: Option<Secret>,

    /// Signs session tokens: 32 bytes in hexadecimal or base64, the same on every
    /// node. Absent: made once and kept in the data folder.
    #[arg(
        long,
        env = "SLOTKEEPER_SESSION_SECRET",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub session_secret: Option<Secret>,

    /// Wraps the keys of bookings: 32 bytes in hexadecimal or base64, the same on
    /// every node of a database and for good. Absent: made once and kept in the
    /// data folder.
    #[arg(
        long,
        env = "SLOTKEEPER_MASTER_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub master_key: Option<Secret>,

    /// Seconds for which a session's token is good: a day, so that a visitor who
    /// comes back in the evening is still the same.
    #[arg(
        long,
        env = "SLOTKEEPER_SESSION_SECONDS",
        value_name = "SECONDS",
        default_value = "86400",
        value_parser = within::<u64>(1..=31_536_000)
    )]
    pub session_seconds: u64,
}
