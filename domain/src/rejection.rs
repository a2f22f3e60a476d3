//! Refusals: which rule said no, and about which slots.

use std::fmt;

use crate::{
    calendar::{Day, SLOT_MS, SlotCount, SlotIndex, SlotMask, Span, Timestamp},
    ids::{BookingId, HoldId, ResourceId},
    resource_day::SlotConflict,
};

/// Why a command was refused. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nobody registered the resource.
    #[error("there is no resource {0}")]
    ResourceUnknown(ResourceId),
    /// The resource takes no more holds and bookings.
    #[error("resource {0} is retired")]
    ResourceRetired(ResourceId),
    /// The span begins before now.
    #[error("{start} has passed")]
    Past {
        /// Where it begins.
        start: Timestamp,
    },
    /// The resource does not offer this duration.
    #[error("the resource does not offer {duration}")]
    DurationNotOffered {
        /// What was asked for.
        duration: SlotCount,
        /// What it offers, ascending.
        offered: Vec<SlotCount>,
    },
    /// The resource is closed in part of the span.
    #[error("the resource is closed: {conflicts}")]
    Closed {
        /// The closed parts, ascending.
        conflicts: Conflicts,
    },
    /// Slots of the span are booked.
    #[error("slots are booked: {conflicts}")]
    Booked {
        /// The booked parts, ascending.
        conflicts: Conflicts,
    },
    /// Slots of the span are under another session's hold.
    #[error("slots are held by another session: {conflicts}")]
    HeldByOther {
        /// The held parts, ascending.
        conflicts: Conflicts,
    },
    /// The hold has ended, or never was this session's.
    #[error("the hold is no longer this session's")]
    HoldLost {
        /// The hold that was named.
        hold_id: HoldId,
    },
    /// The hold covers another span than the beat names.
    #[error("the hold covers {held}")]
    HoldMismatch {
        /// What it covers.
        held: Span,
    },
    /// There is no such booking.
    #[error("there is no booking {0}")]
    BookingUnknown(BookingId),
    /// The booking was cancelled.
    #[error("booking {0} is cancelled")]
    BookingCancelled(BookingId),
    /// The booking is over.
    #[error("booking {booking_id} ended at {end}")]
    BookingEnded {
        /// Which.
        booking_id: BookingId,
        /// When.
        end: Timestamp,
    },
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
}

impl Rejection {
    /// What a day's refusal of slots is for the command that asked for them.
    pub(crate) fn of_slots(day: Day, conflict: SlotConflict) -> Self {
        let conflicts = |slots| [(day, slots)].into_iter().collect();
        match conflict {
            SlotConflict::Booked(slots) => Self::Booked {
                conflicts: conflicts(slots),
            },
            SlotConflict::Held(slots) => Self::HeldByOther {
                conflicts: conflicts(slots),
            },
        }
    }

    /// A stable name for the rule, as problem details and metrics carry it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ResourceUnknown(_) => "resource_not_found",
            Self::ResourceRetired(_) => "resource_retired",
            Self::Past { .. } => "past",
            Self::DurationNotOffered { .. } => "duration_not_offered",
            Self::Closed { .. } => "closed",
            Self::Booked { .. } => "booked",
            Self::HeldByOther { .. } => "held_by_other",
            Self::HoldLost { .. } => "hold_lost",
            Self::HoldMismatch { .. } => "hold_mismatch",
            Self::BookingUnknown(_) => "booking_not_found",
            Self::BookingCancelled(_) => "booking_cancelled",
            Self::BookingEnded { .. } => "booking_ended",
            Self::KeyReused => "idempotency_key_reused",
        }
    }

    /// The parts of the span that stood in the way, if it was about slots.
    pub const fn conflicts(&self) -> Option<&Conflicts> {
        match self {
            Self::Closed { conflicts }
            | Self::Booked { conflicts }
            | Self::HeldByOther { conflicts } => Some(conflicts),
            _ => None,
        }
    }
}

/// Stretches of time, ascending, with gaps between them.
///
/// ```
/// use domain::{calendar::SlotMask, rejection::Conflicts};
///
/// let day = "2026-11-24".parse()?;
/// let mask: SlotMask = "52-55".parse()?;
/// let conflicts: Conflicts = [(day, mask)].into_iter().collect();
/// let (start, end) = conflicts.intervals()[0];
/// assert_eq!(start.to_string(), "2026-11-24T13:00:00.000Z");
/// assert_eq!(end.to_string(), "2026-11-24T14:00:00.000Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conflicts(Vec<(Timestamp, Timestamp)>);

impl Conflicts {
    /// Start and exclusive end of each.
    pub fn intervals(&self) -> &[(Timestamp, Timestamp)] {
        &self.0
    }

    /// Whether nothing stood in the way.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Conflicts {
    /// The first one, and how many more there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((start, end)) = self.0.first() {
            write!(f, "{start} to {end}")?;
        }
        match self.0.len() {
            0 | 1 => Ok(()),
            count => write!(f, " and {} more", count - 1),
        }
    }
}

impl FromIterator<(Day, SlotMask)> for Conflicts {
    /// From slots of days, ascending; runs that meet at midnight are one.
    fn from_iter<I: IntoIterator<Item = (Day, SlotMask)>>(days: I) -> Self {
        let mut intervals: Vec<(Timestamp, Timestamp)> = Vec::new();
        for (day, mask) in days {
            for run in mask.runs() {
                let Ok(first) = SlotIndex::new(*run.start()) else {
                    continue;
                };
                let start = day.at(first);
                let count = u64::from(run.end() - run.start()) + 1;
                let end = start.plus_ms(count * SLOT_MS.unsigned_abs());
                match intervals.last_mut() {
                    Some(last) if last.1 == start => last.1 = end,
                    _ => intervals.push((start, end)),
                }
            }
        }
        Self(intervals)
    }
}
