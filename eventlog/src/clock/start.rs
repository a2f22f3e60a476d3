//! Which clock a node goes by at its start, when nothing is known of the database's yet.

use std::time::Duration;

use super::BootTime;

/// Clocks that are no further apart agree: 5 min. Machines that nobody keeps the time of
/// are less wrong than that for weeks, and a log that is in use was written to within it.
const AGREE_MAX: Duration = Duration::from_mins(5);

/// How long a node that can't know which clock is right decides nothing: 1 min, in which
/// a time server sets a machine right that has just started. Nobody can be served
/// meanwhile, so it is no longer.
const AT_ODDS_MAX: Duration = Duration::from_mins(1);

/// What says what time it is, in microseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(super) struct Witnesses {
    /// The database's clock.
    pub(super) database: i64,
    /// The clock of this node's machine.
    pub(super) machine: i64,
    /// The last event of the log at this node's start; none in a log without events.
    /// Nodes that are at work write by a time that follows no jump.
    pub(super) written: Option<i64>,
}

/// What two of the three say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreed {
    /// It is what the database's clock shows.
    Database,
    /// It is what this machine's clock shows, at which the log was written: the
    /// database's has jumped.
    Machine,
    /// Each says something else.
    Nothing,
}

impl Witnesses {
    pub(super) fn agreed(&self) -> Agreed {
        let Some(written) = self.written else {
            // Nothing is there that could be misjudged.
            return Agreed::Database;
        };
        if self.clocks_agree() || agree(self.database, written) {
            Agreed::Database
        } else if agree(self.machine, written) {
            Agreed::Machine
        } else {
            Agreed::Nothing
        }
    }

    pub(super) fn clocks_agree(&self) -> bool {
        agree(self.database, self.machine)
    }

    /// How far the database's clock is ahead of the machine's.
    pub(super) const fn apart_us(&self) -> i64 {
        self.database - self.machine
    }

    /// What the machine's clock shows, yet not before what is written at it.
    pub(super) fn machine_or_written(&self) -> i64 {
        self.written
            .filter(|written| agree(self.machine, *written))
            .map_or(self.machine, |written| written.max(self.machine))
    }

    /// How far the log is ahead of both clocks, when that is further than clocks that
    /// agree are apart.
    pub(super) fn written_ahead_us(&self) -> Option<i64> {
        let latest_us = self.database.max(self.machine);
        let ahead_us = self.written? - latest_us;
        (ahead_us > 0 && !agree(ahead_us, 0)).then_some(ahead_us)
    }
}

fn agree(one_us: i64, other_us: i64) -> bool {
    Duration::from_micros(one_us.abs_diff(other_us)) <= AGREE_MAX
}

/// A start at which each clock says something else.
#[derive(Debug)]
pub(super) struct AtOdds {
    /// Where the database's clock is against the machine's start, in microseconds.
    offset_us: i64,
    since: BootTime,
}

impl AtOdds {
    pub(super) const fn new(at: BootTime, offset_us: i64) -> Self {
        Self {
            offset_us,
            since: at,
        }
    }

    /// Whether the database's clock, which is at `offset_us` now, has gone on evenly for
    /// so long that it is believed for want of anything better.
    pub(super) fn is_over(&mut self, at: BootTime, offset_us: i64) -> bool {
        if !super::belief::is_near(offset_us - self.offset_us) {
            *self = Self::new(at, offset_us);
        }
        at.since(self.since) >= AT_ODDS_MAX
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60_000_000;
    const DAY: i64 = 1_440 * MINUTE;

    fn witnesses(database: i64, machine: i64, written: i64) -> Witnesses {
        Witnesses {
            database,
            machine,
            written: Some(written),
        }
    }

    #[test]
    fn the_clock_that_two_witnesses_speak_for_is_believed() {
        for (database, machine, written, agreed) in [
            (0, 0, -DAY, Agreed::Database),
            (0, 0, DAY, Agreed::Database),
            (0, DAY, -MINUTE, Agreed::Database),
            (DAY, 0, -MINUTE, Agreed::Machine),
            (-DAY, 0, -MINUTE, Agreed::Machine),
            (DAY, 0, -DAY, Agreed::Nothing),
            (DAY, 0, 3 * DAY, Agreed::Nothing),
        ] {
            let witnesses = witnesses(database, machine, written);
            assert_eq!(witnesses.agreed(), agreed, "{witnesses:?}");
        }
    }

    #[test]
    fn a_log_without_events_speaks_against_nothing() {
        let witnesses = Witnesses {
            written: None,
            ..witnesses(DAY, 0, 0)
        };
        assert_eq!(witnesses.agreed(), Agreed::Database);
    }

    #[test]
    fn a_log_that_is_ahead_of_both_clocks_is_told() {
        let ahead = |written| witnesses(0, MINUTE, written).written_ahead_us();
        assert_eq!(ahead(-DAY), None);
        assert_eq!(ahead(6 * MINUTE), None);
        assert_eq!(ahead(DAY), Some(DAY - MINUTE));
    }

    #[test]
    fn who_is_at_odds_believes_in_what_goes_on_evenly_for_a_minute() {
        let start = BootTime::now();
        let after = |seconds| start.plus(Duration::from_secs(seconds));
        let mut at_odds = AtOdds::new(start, DAY);
        assert!(!at_odds.is_over(after(59), DAY + MINUTE / 20));
        assert!(!at_odds.is_over(after(61), 2 * DAY));
        assert!(!at_odds.is_over(after(120), 2 * DAY));
        assert!(at_odds.is_over(after(121), 2 * DAY));
    }

    proptest! {
        /// One clock that is wrong is never believed against the two others, and moving
        /// all of them by the same changes nothing.
        #[test]
        fn one_wrong_witness_is_not_believed(
            wrong_us in prop_oneof![-400 * DAY..-11 * MINUTE, 11 * MINUTE..400 * DAY],
            quiet_us in 0..5 * MINUTE,
            all_us in -400 * DAY..400 * DAY,
        ) {
            let of = |database, machine, written| {
                witnesses(database + all_us, machine + all_us, written + all_us).agreed()
            };
            prop_assert_eq!(of(wrong_us, 0, -quiet_us), Agreed::Machine);
            prop_assert_eq!(of(0, wrong_us, -quiet_us), Agreed::Database);
            prop_assert_eq!(of(0, 0, wrong_us), Agreed::Database);
        }
    }
}
