//! The first reading of the database's clock.

use std::io;

use super::{BootTime, is_recent};
use crate::{LogError, database::failed};

/// How often the clock is read before a start gives up: connections that are just made,
/// and a database that has just come, answer late once or twice.
const READINGS_MAX: u32 = 5;

/// Reads until an answer was no longer under way than any reading may be. `read` tells
/// when it asked.
///
/// # Errors
///
/// Those of `read`; [`LogError::Database`] when every answer took too long.
pub(crate) async fn first_reading<T>(
    mut read: impl AsyncFnMut() -> Result<(BootTime, T), LogError>,
) -> Result<T, LogError> {
    for _ in 0..READINGS_MAX {
        let (asked, reading) = read().await?;
        if is_recent(asked) {
            return Ok(reading);
        }
        tracing::warn!("the database took longer than a second to tell the time");
    }
    let source = sqlx::Error::Io(io::ErrorKind::TimedOut.into());
    Err(failed("reading the clock within a second")(source))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Readings, each of which took so many seconds; the count of the one that was taken.
    fn taken(seconds: &[u64]) -> Result<usize, LogError> {
        let mut next = seconds.iter().enumerate();
        let reading = first_reading(async || {
            let (nth, seconds) = next.next().expect("no reading after the one that is taken");
            let asked = BootTime::now().minus(Duration::from_secs(*seconds));
            Ok((asked, nth))
        });
        futures::executor::block_on(reading)
    }

    #[test]
    fn the_first_reading_that_was_not_long_under_way_is_taken() {
        assert!(matches!(taken(&[0]), Ok(0)));
        assert!(matches!(taken(&[3, 600, 0]), Ok(2)));
        assert!(matches!(taken(&[2; 5]), Err(LogError::Database { .. })));
    }
}
