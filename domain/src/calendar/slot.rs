use serde::{Deserialize, Serialize};

use super::{CalendarError, SLOTS_PER_DAY};

/// A quarter hour of one UTC day: 0 is 00:00, 95 is 23:45.
///
/// ```
/// use domain::calendar::SlotIndex;
///
/// assert_eq!(SlotIndex::at(14, 0)?.get(), 56);
/// assert!(SlotIndex::new(96).is_err());
/// # Ok::<(), domain::calendar::CalendarError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct SlotIndex(u8);

impl SlotIndex {
    /// 00:00.
    pub const FIRST: Self = Self(0);

    /// The slot of this index.
    ///
    /// # Errors
    ///
    /// [`CalendarError::SlotOutOfRange`] unless `index < 96`.
    pub const fn new(index: u8) -> Result<Self, CalendarError> {
        if index < SLOTS_PER_DAY {
            Ok(Self(index))
        } else {
            Err(CalendarError::SlotOutOfRange(index))
        }
    }

    /// The slot that a wall clock shows: `hours * 4 + minutes / 15`.
    ///
    /// # Errors
    ///
    /// [`CalendarError::SlotOutOfRange`] at 24:00 and later, and for minutes
    /// that would carry past the day.
    pub const fn at(hours: u8, minutes: u8) -> Result<Self, CalendarError> {
        Self::new(hours.saturating_mul(4).saturating_add(minutes / 15))
    }

    /// The index, 0 to 95.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for SlotIndex {
    type Error = CalendarError;

    fn try_from(index: u8) -> Result<Self, Self::Error> {
        Self::new(index)
    }
}

impl From<SlotIndex> for u8 {
    fn from(slot: SlotIndex) -> Self {
        slot.0
    }
}
