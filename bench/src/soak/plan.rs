use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long a soak lasts, and how much it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Seconds of load.
    pub seconds: u64,
    /// Milliseconds from one sample to the next.
    pub sample_every_ms: u64,
    /// Milliseconds from one visitor's coming to the next one's.
    pub arrival_every_ms: u64,
    /// Visitors at once, at most: past it those who come are turned away, and counted.
    pub visitors_max: usize,
    /// Viewers, at any time.
    pub viewers: usize,
    /// Milliseconds that a viewer stays on average: from two thirds to four thirds.
    pub viewing_ms: u64,
    /// Milliseconds after which the days that can be had move on by one.
    pub day_every_ms: u64,
    /// How many resources there are.
    pub resources: u32,
    /// Milliseconds of a hold's lease.
    pub lease_ms: u32,
    /// How often a visitor beats, at most, before it makes up its mind.
    pub beats_max: u32,
}

impl Plan {
    /// What figures are taken from: about 120 commands and 60 reads a second, for
    /// `minutes`.
    pub const fn full(minutes: u16) -> Self {
        Self {
            seconds: minutes as u64 * 60,
            sample_every_ms: 20_000,
            arrival_every_ms: 83,
            visitors_max: 2_000,
            viewers: 300,
            viewing_ms: 90_000,
            day_every_ms: 120_000,
            resources: 48,
            lease_ms: 10_000,
            beats_max: 12,
        }
    }

    /// What shows, in seconds, that everything runs.
    pub const fn quick() -> Self {
        Self {
            seconds: 8,
            sample_every_ms: 1_000,
            arrival_every_ms: 100,
            visitors_max: 100,
            viewers: 10,
            viewing_ms: 1_000,
            day_every_ms: 1_000,
            resources: 4,
            lease_ms: 5_000,
            beats_max: 1,
        }
    }

    /// How many samples are taken.
    pub(super) const fn samples(&self) -> u64 {
        self.seconds * 1_000 / self.sample_every_ms
    }

    /// From one sample to the next.
    pub(super) const fn sample_every(&self) -> Duration {
        Duration::from_millis(self.sample_every_ms)
    }
}
