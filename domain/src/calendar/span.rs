use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    CalendarError, Day, SLOT_MS, SLOTS_PER_DAY, SlotCount, SlotIndex, SlotMask, Timestamp,
};

/// The slots a hold or a booking covers, over one or more UTC days.
///
/// The end is exclusive: 13:00 to 14:00 and 14:00 to 15:00 share no slot.
/// Serialised as its start and its minutes.
///
/// ```
/// use domain::calendar::{SlotCount, Span, Timestamp};
///
/// let start: Timestamp = "2026-11-23T14:00:00Z".parse()?;
/// let hire = Span::new(start, SlotCount::from_minutes(44 * 60)?)?;
/// assert_eq!(hire.days().count(), 3);
/// assert_eq!(hire.end().to_string(), "2026-11-25T10:00:00.000Z");
///
/// let odd: Timestamp = "2026-11-23T14:05:00Z".parse()?;
/// assert!(Span::new(odd, SlotCount::from_minutes(60)?).is_err());
/// # Ok::<(), domain::calendar::CalendarError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "SpanFields", into = "SpanFields")]
pub struct Span {
    /// Quarter hours since 1970.
    first: i64,
    length: SlotCount,
}

impl Span {
    /// The slots from `start` on.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotAligned`] unless `start` is on a quarter hour;
    /// [`CalendarError::NotATime`] when the span would end after the year 9999.
    pub fn new(start: Timestamp, length: SlotCount) -> Result<Self, CalendarError> {
        if start.ms() % SLOT_MS != 0 {
            return Err(CalendarError::NotAligned(start));
        }
        let first = start.ms() / SLOT_MS;
        Timestamp::from_ms((first + i64::from(length.get())) * SLOT_MS)?;
        Ok(Self { first, length })
    }

    /// When it begins.
    pub fn start(self) -> Timestamp {
        Timestamp::EPOCH.plus_ms((self.first * SLOT_MS).unsigned_abs())
    }

    /// When it is over; exclusive.
    pub fn end(self) -> Timestamp {
        let length = i64::from(self.length.get()) * SLOT_MS;
        self.start().plus_ms(length.unsigned_abs())
    }

    /// Where it begins, in quarter hours since 1970.
    pub(super) const fn first_quarter(self) -> i64 {
        self.first
    }

    /// How long it is.
    pub const fn length(self) -> SlotCount {
        self.length
    }

    /// The UTC day it begins on.
    pub fn first_day(self) -> Day {
        Day::of_quarter(self.first).0
    }

    /// The UTC day of its last slot.
    pub fn last_day(self) -> Day {
        Day::of_quarter(self.first + i64::from(self.length.get()) - 1).0
    }

    /// Whether the two share a slot.
    pub fn overlaps(self, other: Self) -> bool {
        let end = |span: Self| span.first + i64::from(span.length.get());
        self.first < end(other) && other.first < end(self)
    }

    /// Each UTC day it touches, ascending, with its slots of that day.
    pub fn days(self) -> impl Iterator<Item = (Day, SlotMask)> {
        days_of(self.first, self.length.get())
    }

    /// Its slots of `day`; empty when it does not touch that day.
    pub fn mask_on(self, day: Day) -> SlotMask {
        self.days()
            .find_map(|(touched, mask)| (touched == day).then_some(mask))
            .unwrap_or_default()
    }
}

/// Each UTC day that `length` slots from quarter hour `first` since 1970 on touch,
/// ascending, with those of that day.
pub(super) fn days_of(first: i64, length: u16) -> impl Iterator<Item = (Day, SlotMask)> {
    let (first_day, mut first) = Day::of_quarter(first);
    let mut next = Some(first_day);
    let mut rest = length;
    std::iter::from_fn(move || {
        let day = next.filter(|_| rest > 0)?;
        let left_of_day = SLOTS_PER_DAY - first.get();
        let count = u8::try_from(rest).map_or(left_of_day, |rest| rest.min(left_of_day));
        let slots = SlotMask::run(first, count);
        rest -= u16::from(count);
        (next, first) = (day.plus(1), SlotIndex::FIRST);
        Some((day, slots))
    })
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.start(), self.end())
    }
}

/// The serialised form of [`Span`].
#[derive(Serialize, Deserialize)]
struct SpanFields {
    start: Timestamp,
    minutes: SlotCount,
}

impl TryFrom<SpanFields> for Span {
    type Error = CalendarError;

    fn try_from(fields: SpanFields) -> Result<Self, Self::Error> {
        Self::new(fields.start, fields.minutes)
    }
}

impl From<Span> for SpanFields {
    fn from(span: Span) -> Self {
        Self {
            start: span.start(),
            minutes: span.length(),
        }
    }
}
