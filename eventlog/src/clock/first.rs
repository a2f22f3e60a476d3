//! The first reading of the database's clock.

use std::io;

use super::{BootTime, is_recent};
use crate::{LogError, database::failed};

/// How often the clock is read before a start gives up: connections that are just made,
/// and a database that has just come, answer late once or twice.
const READINGS_MAX: u32 = 5;

/// The readings of a start: the first is taken whose answer was no longer under way than
/// that of any reading may be.
#[derive(Debug, Default)]
pub(crate) struct FirstReadings {
    refused: u32,
}

impl FirstReadings {
    /// Whether a reading is taken that was asked for at `asked`, and that just came in;
    /// else it is to be read again.
    ///
    /// # Errors
    ///
    /// [`LogError::Database`] when too many have taken too long.
    pub(crate) fn takes(&mut self, asked: BootTime) -> Result<bool, LogError> {
        if is_recent(asked) {
            return Ok(true);
        }
        tracing::warn!("the database took longer than a second to tell the time");
        self.refused += 1;
        if self.refused < READINGS_MAX {
            return Ok(false);
        }
        let source = sqlx::Error::Io(io::ErrorKind::TimedOut.into());
        Err(failed("reading the clock within a second")(source))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_reading_that_was_long_under_way_is_not_taken_and_not_waited_for_for_ever() {
        let ago = |seconds| BootTime::now().minus(Duration::from_secs(seconds));
        assert!(matches!(FirstReadings::default().takes(ago(0)), Ok(true)));
        let mut readings = FirstReadings::default();
        for _ in 1..READINGS_MAX {
            assert!(matches!(readings.takes(ago(3)), Ok(false)));
        }
        assert!(matches!(readings.takes(ago(0)), Ok(true)));
        let late = readings.takes(ago(600));
        assert!(matches!(late, Err(LogError::Database { .. })));
    }
}
