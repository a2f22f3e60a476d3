use serde::{Deserialize, Serialize};

use super::{
    CalendarError, Day, SLOT_MINUTES, SLOT_MS, SLOTS_PER_DAY, SeatCount, SlotMask, Span, Timestamp,
    span::days_of,
};

/// The longest buffer, in slots: a day. So a buffer reaches into one more UTC day at most
/// on either side of its span.
pub const BUFFER_SLOTS_MAX: u16 = SLOTS_PER_DAY as u16;

/// The longest buffer, in minutes.
pub const BUFFER_MINUTES_MAX: u32 = BUFFER_SLOTS_MAX as u32 * SLOT_MINUTES;

/// What is kept free before and after a span, each 0 to a day in whole quarter hours.
///
/// Serialised in minutes; written only where one of them is not 0.
///
/// ```
/// use domain::calendar::Buffers;
///
/// let cleaning = Buffers::from_minutes(0, 30)?;
/// assert_eq!(cleaning.after_minutes(), 30);
/// assert!(Buffers::from_minutes(10, 0).is_err());
/// assert!(Buffers::from_minutes(0, 1455).is_err());
/// # Ok::<(), domain::calendar::CalendarError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "BufferFields", into = "BufferFields")]
pub struct Buffers {
    before: u16,
    after: u16,
}

impl Buffers {
    /// Nothing is kept free.
    pub const NONE: Self = Self {
        before: 0,
        after: 0,
    };

    /// These minutes before and after.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotABuffer`] unless both are multiples of 15 from 0 to
    /// [`BUFFER_MINUTES_MAX`].
    pub const fn from_minutes(before: u32, after: u32) -> Result<Self, CalendarError> {
        match (buffer_slots(before), buffer_slots(after)) {
            (Ok(before), Ok(after)) => Ok(Self { before, after }),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// Whether nothing is kept free.
    pub const fn is_none(&self) -> bool {
        self.before == 0 && self.after == 0
    }

    /// Quarter hours before the start.
    pub const fn before(self) -> u16 {
        self.before
    }

    /// Quarter hours after the end.
    pub const fn after(self) -> u16 {
        self.after
    }

    /// Minutes before the start.
    pub const fn before_minutes(self) -> u32 {
        self.before as u32 * SLOT_MINUTES
    }

    /// Minutes after the end.
    pub const fn after_minutes(self) -> u32 {
        self.after as u32 * SLOT_MINUTES
    }
}

const fn buffer_slots(minutes: u32) -> Result<u16, CalendarError> {
    if minutes > BUFFER_MINUTES_MAX || !minutes.is_multiple_of(SLOT_MINUTES) {
        return Err(CalendarError::NotABuffer { minutes });
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 96")]
    Ok((minutes / SLOT_MINUTES) as u16)
}

/// The serialised form of [`Buffers`].
#[derive(Serialize, Deserialize)]
struct BufferFields {
    before: u32,
    after: u32,
}

impl TryFrom<BufferFields> for Buffers {
    type Error = CalendarError;

    fn try_from(fields: BufferFields) -> Result<Self, Self::Error> {
        Self::from_minutes(fields.before, fields.after)
    }
}

impl From<Buffers> for BufferFields {
    fn from(buffers: Buffers) -> Self {
        Self {
            before: buffers.before_minutes(),
            after: buffers.after_minutes(),
        }
    }
}

/// What a hold or a booking takes of one day: its slots, and beside them those that its
/// buffers keep free. The two share none. Of each it takes as many seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// The slots that its span covers.
    pub slots: SlotMask,
    /// The slots of its buffers.
    pub buffer: SlotMask,
    /// How many seats of each of them.
    pub quantity: SeatCount,
}

impl Taken {
    /// One seat of these slots, and no buffer.
    pub const fn slots(slots: SlotMask) -> Self {
        Self {
            slots,
            buffer: SlotMask::EMPTY,
            quantity: SeatCount::ONE,
        }
    }

    /// Both together.
    pub fn all(self) -> SlotMask {
        self.slots | self.buffer
    }
}

/// A span with its buffers, and how many seats of them: all that a hold or a booking takes.
///
/// ```
/// use domain::calendar::{Buffers, Extent, SlotCount, Span};
///
/// let span = Span::new("2026-11-24T23:00:00Z".parse()?, SlotCount::from_minutes(60)?)?;
/// let extent = Extent::new(span, Buffers::from_minutes(0, 30)?);
/// let days: Vec<_> = extent.days().collect();
/// assert_eq!(days[0].1.slots.to_string(), "92-95");
/// assert_eq!(days[1].1.buffer.to_string(), "0-1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Extent {
    span: Span,
    buffers: Buffers,
    quantity: SeatCount,
    first: i64,
    length: u16,
}

/// The last quarter hour of the year 9999, since 1970.
const LAST_QUARTER: i64 = Timestamp::MAX.ms() / SLOT_MS;

impl Extent {
    /// One seat of `span` with these buffers, as far as they lie in the years 1970 to 9999.
    pub fn new(span: Span, buffers: Buffers) -> Self {
        let start = span.first_quarter();
        let end = start + i64::from(span.length().get());
        let first = (start - i64::from(buffers.before)).max(0);
        let last = (end + i64::from(buffers.after)).min(LAST_QUARTER + 1);
        Self {
            span,
            buffers,
            quantity: SeatCount::ONE,
            first,
            length: u16::try_from(last - first).unwrap_or(span.length().get()),
        }
    }

    /// The same of `quantity` seats.
    pub const fn seats(self, quantity: SeatCount) -> Self {
        Self { quantity, ..self }
    }

    /// How many seats of each quarter hour.
    pub const fn quantity(self) -> SeatCount {
        self.quantity
    }

    /// What it is about.
    pub const fn span(self) -> Span {
        self.span
    }

    /// What is kept free beside that.
    pub const fn buffers(self) -> Buffers {
        self.buffers
    }

    /// Where the first buffer begins; where the span does, without one.
    pub fn start(self) -> Timestamp {
        Timestamp::EPOCH.plus_ms((self.first * SLOT_MS).unsigned_abs())
    }

    /// Where the last buffer ends; exclusive.
    pub fn end(self) -> Timestamp {
        let length = i64::from(self.length) * SLOT_MS;
        self.start().plus_ms(length.unsigned_abs())
    }

    /// Whether the two share a slot.
    pub fn overlaps(self, other: Self) -> bool {
        let end = |extent: Self| extent.first + i64::from(extent.length);
        self.first < end(other) && other.first < end(self)
    }

    /// Each UTC day it touches, ascending, with what it takes of that day.
    pub fn days(self) -> impl Iterator<Item = (Day, Taken)> {
        let mut covered = self.span.days().peekable();
        days_of(self.first, self.length).map(move |(day, all)| {
            let slots = covered.next_if(|(of, _)| *of == day);
            let slots = slots.map_or(SlotMask::EMPTY, |(_, slots)| slots);
            let taken = Taken {
                slots,
                buffer: all.without(slots),
                quantity: self.quantity,
            };
            (day, taken)
        })
    }

    /// What it takes of `day`; nothing when it does not touch that day.
    pub fn on(self, day: Day) -> Taken {
        self.days()
            .find_map(|(touched, taken)| (touched == day).then_some(taken))
            .unwrap_or_default()
    }
}
