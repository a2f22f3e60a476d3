use std::time::{SystemTime, UNIX_EPOCH};

/// The clock of this machine, in microseconds since 1970: a witness at a node's start,
/// of whether the database's has jumped.
pub(super) fn machine_us() -> i64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "no command is decided by it: it says whether the database's clock is believed"
    )]
    let now = SystemTime::now();
    let us = |duration: std::time::Duration| i64::try_from(duration.as_micros());
    match now.duration_since(UNIX_EPOCH) {
        Ok(since) => us(since).unwrap_or(i64::MAX),
        Err(before) => us(before.duration()).map_or(i64::MIN, |us| -us),
    }
}
