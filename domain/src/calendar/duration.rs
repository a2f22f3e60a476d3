use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{CalendarError, SLOT_MINUTES, SLOTS_PER_DAY, SPAN_DAYS_MAX};

/// A length in whole quarter hours: 1 to 2,976, which is 31 days.
///
/// Serialised in minutes, the unit of the API and of resource settings.
///
/// ```
/// use domain::calendar::SlotCount;
///
/// assert_eq!(SlotCount::from_minutes(60)?.get(), 4);
/// assert!(SlotCount::from_minutes(50).is_err());
/// assert!(SlotCount::from_minutes(0).is_err());
/// # Ok::<(), domain::calendar::CalendarError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "u32")]
pub struct SlotCount(u16);

impl SlotCount {
    /// The shortest: a quarter hour.
    pub const ONE: Self = Self(1);
    /// The longest: 31 days.
    pub const MAX: Self = Self(SPAN_DAYS_MAX * SLOTS_PER_DAY as u16);

    /// The quarter hours in `minutes`.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotWholeSlots`] unless `minutes` is a positive multiple
    /// of 15; [`CalendarError::TooLong`] above 31 days.
    pub const fn from_minutes(minutes: u32) -> Result<Self, CalendarError> {
        if minutes == 0 || !minutes.is_multiple_of(SLOT_MINUTES) {
            return Err(CalendarError::NotWholeSlots { minutes });
        }
        let slots = minutes / SLOT_MINUTES;
        if slots > Self::MAX.0 as u32 {
            return Err(CalendarError::TooLong { minutes });
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most MAX, a u16")]
        Ok(Self(slots as u16))
    }

    /// Quarter hours.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Minutes.
    pub const fn minutes(self) -> u32 {
        self.0 as u32 * SLOT_MINUTES
    }
}

impl fmt::Display for SlotCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} minutes", self.minutes())
    }
}

impl TryFrom<u32> for SlotCount {
    type Error = CalendarError;

    fn try_from(minutes: u32) -> Result<Self, Self::Error> {
        Self::from_minutes(minutes)
    }
}

impl<'de> Deserialize<'de> for SlotCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u32(Minutes)
    }
}

struct Minutes;

impl de::Visitor<'_> for Minutes {
    type Value = SlotCount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "minutes, a multiple of {SLOT_MINUTES} from {SLOT_MINUTES} to "
        )?;
        write!(f, "{}", SlotCount::MAX.minutes())
    }

    fn visit_u64<E: de::Error>(self, minutes: u64) -> Result<SlotCount, E> {
        let count = u32::try_from(minutes).ok();
        let count = count.and_then(|minutes| SlotCount::from_minutes(minutes).ok());
        count.ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(minutes), &self))
    }
}

impl From<SlotCount> for u32 {
    fn from(count: SlotCount) -> Self {
        count.minutes()
    }
}
