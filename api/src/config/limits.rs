use std::{num::NonZeroUsize, time::Duration};

use crate::limits::{Allowance, ForwardedHeader, Proxies};

use super::within;

/// What one client may do and have.
#[derive(Debug, Clone, clap::Args)]
pub struct LimitSettings {
    /// Whether clients are limited, each by its address and its session. Without it one client
    /// can take all that there is: for tests and measurements.
    #[arg(long, env = "SLOTKEEPER_LIMITS", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true")]
    pub limits: bool,

    /// Networks of the proxies in front, with commas between them, of which it is believed
    /// who is behind them: this machine's own, since one that listens on loopback is reached
    /// through them alone. Each must write the header itself. Empty: none.
    #[arg(
        long,
        env = "SLOTKEEPER_PROXIES",
        value_name = "NETWORKS",
        default_value = "127.0.0.0/8,::1/128"
    )]
    pub proxies: Proxies,

    /// The header that these proxies write. The other one is not looked at, since they pass it
    /// on as anybody wrote it.
    #[arg(
        long,
        env = "SLOTKEEPER_PROXY_HEADER",
        value_name = "HEADER",
        default_value = "x-forwarded-for",
        value_enum
    )]
    pub proxy_header: ForwardedHeader,

    /// Clients that each limit remembers, some 100 bytes each; of more it forgets who came
    /// least lately.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMITED_CLIENTS",
        value_name = "COUNT",
        default_value = "65536",
        value_parser = clients
    )]
    pub limited_clients: NonZeroUsize,

    /// Requests of every kind of an address, reads among them: two hundred visitors open a
    /// page at once, at thirty requests each, and each reads again when one of them books.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_REQUESTS",
        value_name = "QUOTA",
        default_value = "6000+300/s"
    )]
    pub limit_requests: Allowance,

    /// Sessions that an address begins: two hundred visitors come at once, some twice.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_SESSIONS",
        value_name = "QUOTA",
        default_value = "300+60/m"
    )]
    pub limit_sessions: Allowance,

    /// Holds that an address places and moves: each of two hundred visitors tries three times
    /// at once, and then one every ten seconds.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_HOLDS",
        value_name = "QUOTA",
        default_value = "600+20/s"
    )]
    pub limit_holds: Allowance,

    /// Holds that a session places and moves: what a person clicks.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_SESSION_HOLDS",
        value_name = "QUOTA",
        default_value = "30+1/s"
    )]
    pub limit_session_holds: Allowance,

    /// Beats of an address that renew a hold, and holds that it leaves: two hundred holds with
    /// the shortest lease beat eighty times a second.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_RENEWALS",
        value_name = "QUOTA",
        default_value = "1000+100/s"
    )]
    pub limit_renewals: Allowance,

    /// Beats of a session that renew a hold, and holds that it leaves: ten holds with the
    /// shortest lease beat four times a second.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_SESSION_RENEWALS",
        value_name = "QUOTA",
        default_value = "60+5/s"
    )]
    pub limit_session_renewals: Allowance,

    /// Bookings that an address makes, moves and cancels: two hundred visitors book in one
    /// lesson, half of them think again.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_BOOKINGS",
        value_name = "QUOTA",
        default_value = "300+20/m"
    )]
    pub limit_bookings: Allowance,

    /// Bookings that a session makes, moves and cancels: what a person fills in.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_SESSION_BOOKINGS",
        value_name = "QUOTA",
        default_value = "20+4/m"
    )]
    pub limit_session_bookings: Allowance,

    /// Streams that an address opens: after a restart those of two hundred visitors come back
    /// within seconds, two pages each.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_STREAMS",
        value_name = "QUOTA",
        default_value = "600+10/s"
    )]
    pub limit_streams: Allowance,

    /// Wrong keys of operators and auditors from an address. Who has sent as many is not told
    /// whether the next is right: a person types wrong a few times, a program for ever.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_FAILED_KEYS",
        value_name = "QUOTA",
        default_value = "20+6/m"
    )]
    pub limit_failed_keys: Allowance,

    /// Wrong manage tokens from an address, likewise: links that were cut off.
    #[arg(
        long,
        env = "SLOTKEEPER_LIMIT_FAILED_MANAGE_TOKENS",
        value_name = "QUOTA",
        default_value = "20+6/m"
    )]
    pub limit_failed_manage_tokens: Allowance,

    /// Connections of an address at once, proxies aside; further ones are closed. 0 is no
    /// limit. Absent: 2000, seven for each of two hundred browsers and then some, or half of
    /// the connections.
    #[arg(
        long,
        env = "SLOTKEEPER_ADDRESS_CONNECTIONS",
        value_name = "COUNT",
        value_parser = within::<usize>(0..=1_000_000)
    )]
    pub address_connections: Option<usize>,

    /// Viewers' streams of an address at once. 0 is no limit. Absent: 1000, two pages for each
    /// of two hundred visitors and as many again, or half of the streams.
    #[arg(
        long,
        env = "SLOTKEEPER_ADDRESS_STREAMS",
        value_name = "COUNT",
        value_parser = within::<usize>(0..=1_000_000)
    )]
    pub address_streams: Option<usize>,

    /// Different days that the streams of an address watch; the same ones count once. 0 is no
    /// limit. Absent: 25000, a year of sixty resources, or half of the watched days.
    #[arg(
        long,
        env = "SLOTKEEPER_ADDRESS_DAYS",
        value_name = "COUNT",
        value_parser = within::<usize>(0..=100_000_000)
    )]
    pub address_days: Option<usize>,

    /// Live holds of the sessions at an address: one for each of two hundred visitors, and
    /// half as many again. 0 is no limit.
    #[arg(
        long,
        env = "SLOTKEEPER_ADDRESS_HOLDS",
        value_name = "COUNT",
        default_value = "300",
        value_parser = within::<usize>(0..=1_000_000)
    )]
    pub address_holds: usize,

    /// Live holds of a session, each on another resource: who plans a day in several rooms. 0
    /// is no limit.
    #[arg(
        long,
        env = "SLOTKEEPER_SESSION_HOLDS",
        value_name = "COUNT",
        default_value = "10",
        value_parser = within::<usize>(0..=1_000_000)
    )]
    pub session_holds: usize,

    /// Bookings to come that were made from an address: one for each of two hundred visitors,
    /// and half as many again. 0 is no limit.
    #[arg(
        long,
        env = "SLOTKEEPER_ADDRESS_BOOKINGS",
        value_name = "COUNT",
        default_value = "300",
        value_parser = within::<usize>(0..=1_000_000)
    )]
    pub address_bookings: usize,

    /// Bookings to come that a session has made: a weekly lesson for five months. 0 is no
    /// limit.
    #[arg(
        long,
        env = "SLOTKEEPER_SESSION_BOOKINGS",
        value_name = "COUNT",
        default_value = "20",
        value_parser = within::<usize>(0..=1_000_000)
    )]
    pub session_bookings: usize,

    /// Milliseconds that a session and an address wait to hold the same times again, after
    /// they held them for as long as anybody may (`holdMaxMs`): a minute, in which somebody
    /// else who watches comes first. Booking needs no hold, and need not wait. 0 is no wait.
    #[arg(
        long,
        env = "SLOTKEEPER_HOLD_PAUSE_MS",
        value_name = "MS",
        default_value = "60000",
        value_parser = within::<u64>(0..=3_600_000)
    )]
    pub hold_pause_ms: u64,
}

fn clients(text: &str) -> Result<NonZeroUsize, String> {
    const MOST: usize = 10_000_000;
    let count = text.parse().ok().and_then(NonZeroUsize::new);
    count
        .filter(|count| count.get() <= MOST)
        .ok_or_else(|| format!("a number in 1..={MOST} is needed"))
}

impl LimitSettings {
    pub(crate) const fn hold_pause(&self) -> Duration {
        Duration::from_millis(self.hold_pause_ms)
    }
}
