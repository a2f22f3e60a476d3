use crate::{calendar::SlotCount, hours};

use super::{Horizon, ResourceSettings};

/// Something about settings that can't work as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Oddity {
    /// One of the durations fits into no week.
    #[error("{0} fit into no week of these hours, so that nobody can book them")]
    DurationNeverFits(SlotCount),
    /// What may be booked in time lies beyond the horizon.
    #[error("the notice ends after the horizon, so that nothing can ever be booked")]
    NoticeBeyondHorizon,
    /// No weekday has hours.
    #[error("no weekday has hours, so that nothing can be booked")]
    NeverOpen,
}

impl Oddity {
    /// The setting that it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::DurationNeverFits(_) => "durations",
            Self::NoticeBeyondHorizon => "bookNotice",
            Self::NeverOpen => "hours",
        }
    }
}

impl ResourceSettings {
    /// Why nothing can ever be booked under these settings, nothing when
    /// something can. Hours without any opening may be on purpose.
    pub fn never_work(&self) -> Option<Oddity> {
        if self.is_always_too_late() {
            return Some(Oddity::NoticeBeyondHorizon);
        }
        let mut never = self.durations_that_never_fit().peekable();
        let all = never.peek().copied();
        let none_fits = never.count() == self.durations().len();
        all.filter(|_| none_fits && !self.is_never_open())
            .map(Oddity::DurationNeverFits)
    }

    /// What is odd about these settings, though something can be booked.
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

    /// Whether on an ordinary day, on which no clock is turned, the horizon ends before the
    /// first start that is in time.
    const fn is_always_too_late(&self) -> bool {
        match self.horizon() {
            Horizon::Rolling(days) => self.fields().book_notice >= (days + 1) * 1440,
            Horizon::Fixed(_) => false,
        }
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
