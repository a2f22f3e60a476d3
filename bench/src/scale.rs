//! How much a run does.

use std::time::Duration;

use crate::draw::DrawSize;

/// How much a run does.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Rounds, in each of which every contender has one turn.
    pub rounds: usize,
    /// What one lap of bookings is.
    pub(crate) draw: DrawSize,
    /// Whether everything is cut to what shows that it works, figures aside.
    pub quick: bool,
    /// How many bookings on days gone by a server has that has a past.
    pub past: u32,
    /// How many events the log has, about, that views are made anew from.
    pub(crate) events: u32,
    /// How long a turn lasts at least; it then ends at the end of a lap.
    pub turn: Duration,
}

impl Scale {
    /// What figures are taken from.
    pub const fn full(rounds: usize) -> Self {
        Self {
            rounds,
            draw: DrawSize {
                // Enough for the fastest contender to be busy for a turn.
                laps: 6,
                fits: 40_000,
                conflicts: 4_000,
            },
            quick: false,
            past: 2_000_000,
            events: 1_000_000,
            turn: Duration::from_secs(3),
        }
    }

    /// What shows that nothing is broken.
    pub const fn tiny() -> Self {
        Self {
            rounds: 1,
            draw: DrawSize {
                laps: 1,
                fits: 200,
                conflicts: 20,
            },
            quick: true,
            past: 2_000,
            events: 4_000,
            turn: Duration::from_millis(100),
        }
    }

    /// What shows, in seconds, that everything runs.
    pub const fn quick(rounds: usize) -> Self {
        Self {
            rounds,
            draw: DrawSize {
                laps: 2,
                fits: 2_000,
                conflicts: 200,
            },
            quick: true,
            past: 2_000,
            events: 4_000,
            turn: Duration::from_millis(200),
        }
    }
}
