use crate::{calendar::SlotCount, hours};

use super::ResourceSettings;

/// Something about settings that can't work as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Oddity {
    /// One of the durations fits into no week.
    #[error("{0} fit into no week of these hours, so that nobody can book them")]
    DurationNeverFits(SlotCount),
    /// No weekday has hours.
    #[error("no weekday has hours, so that nothing can be booked")]
    NeverOpen,
}

impl Oddity {
    /// The setting that it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::DurationNeverFits(_) => "durations",
            Self::NeverOpen => "hours",
        }
    }
}

impl ResourceSettings {
    /// Why nothing can ever be booked under these settings, nothing when
    /// something can. Hours without any opening may be on purpose.
    pub fn never_work(&self) -> Option<Oddity> {
        let mut never = self.durations_that_never_fit().peekable();
        let all = never.peek().copied();
        let none_fits = never.count() == self.durations().len();
        all.filter(|_| none_fits && !self.is_never_open())
            .map(Oddity::DurationNeverFits)
    }

    /// What is odd about these settings, though they can be had.
    pub fn oddities(&self) -> Vec<Oddity> {
        let mut odd = Vec::new();
        if self.is_never_open() {
            odd.push(Oddity::NeverOpen);
        } else {
            let never = self.durations_that_never_fit();
            odd.extend(never.map(Oddity::DurationNeverFits));
        }
        odd
    }

    fn is_never_open(&self) -> bool {
        self.hours()
            .is_some_and(|hours| hours.iter().next().is_none())
    }

    fn durations_that_never_fit(&self) -> impl Iterator<Item = SlotCount> {
        let spans_closed_hours = self.fields().spans_closed_hours;
        let durations = self.durations().iter().copied();
        durations.filter(move |length| !hours::fits(self.hours(), *length, spans_closed_hours))
    }
}
