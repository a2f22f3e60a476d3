use std::time::Duration;

use eventlog::retention::Kept;

use super::within;

/// What of the log is kept for how long.
#[derive(Debug, Clone, clap::Args)]
pub struct RetentionSettings {
    /// Hours after which the renewals of a hold that has ended are emptied: a day, in
    /// which a dispute about a hold is raised. They are most of a busy log, and the
    /// event that ends the hold repeats the last.
    #[arg(
        long,
        env = "SLOTKEEPER_RENEWALS_HOURS",
        value_name = "HOURS",
        default_value = "24",
        value_parser = within::<u64>(1..=876_000)
    )]
    pub renewals_hours: u64,

    /// Hours after which all that is told of a hold that ended without a booking is
    /// emptied, at the end of that UTC day: a week, in which somebody asks why a slot
    /// was taken and is not booked. Who held what from when to when stays readable.
    #[arg(
        long,
        env = "SLOTKEEPER_HOLDS_HOURS",
        value_name = "HOURS",
        default_value = "168",
        value_parser = within::<u64>(1..=876_000)
    )]
    pub holds_hours: u64,
}

impl RetentionSettings {
    pub(crate) const fn kept(&self) -> Kept {
        Kept {
            renewals: Duration::from_hours(self.renewals_hours),
            holds: Duration::from_hours(self.holds_hours),
        }
    }
}
