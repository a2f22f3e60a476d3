use crate::may_be_emptied;

/// What one walk of retention empties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The renewals of every hold that has ended.
    Renewals,
    /// Everything of a hold that ended without a booking: how it was placed, renewed,
    /// and released or expired.
    Holds,
}

impl Scope {
    /// Both, in the order in which they are done: what is emptied as a renewal need not
    /// be told of again.
    pub const ALL: [Self; 2] = [Self::Renewals, Self::Holds];

    /// Whether it empties events of this type.
    pub(super) fn takes(self, event_type: &str) -> bool {
        match self {
            Self::Renewals => event_type == "HoldRenewed",
            Self::Holds => may_be_emptied(event_type),
        }
    }

    /// Whether it empties what is told of a hold that a booking took the place of.
    pub(super) const fn takes_booked(self) -> bool {
        match self {
            Self::Renewals => true,
            Self::Holds => false,
        }
    }

    /// The migration that the programs know which know the event that tells of it.
    pub(super) const fn known_since(self) -> i64 {
        match self {
            Self::Renewals => 20_261_126_000_002,
            Self::Holds => 20_261_201_000_021,
        }
    }

    /// How many rows of a day it empties at least in one batch; fewer stay as they are.
    /// The event that tells of them takes the place that two rows give back.
    pub(super) const fn rows_of_day_min(self) -> u32 {
        match self {
            // Most days' renewals are few, and each of them may be a person's.
            Self::Renewals => 1,
            Self::Holds => 3,
        }
    }
}
