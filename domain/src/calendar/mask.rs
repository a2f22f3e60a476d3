use std::{
    fmt,
    ops::{BitAnd, BitOr, BitOrAssign, Not, RangeInclusive},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

use super::{SLOTS_PER_DAY, SlotIndex};

/// A set of slots of one UTC day: the bitmap behind `daily_availability`.
///
/// Written as the runs of its slots, `"52-55,60"`; the empty set as `""`.
///
/// ```
/// use domain::calendar::SlotMask;
///
/// let mask: SlotMask = "52-55,60".parse()?;
/// assert_eq!(mask.count(), 5);
/// assert_eq!(mask.to_string(), "52-55,60");
/// assert!("96".parse::<SlotMask>().is_err());
/// # Ok::<(), domain::calendar::MaskParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
// Three words and not one of 16 bytes: so whatever holds masks is no larger than they are.
pub struct SlotMask([u32; 3]);

impl SlotMask {
    /// No slot.
    pub const EMPTY: Self = Self([0; 3]);
    /// The whole day.
    pub const FULL: Self = Self([u32::MAX; 3]);

    /// The slots from `first` on, `count` of them, cut at the day's end.
    pub const fn run(first: SlotIndex, count: u8) -> Self {
        let count = if count > SLOTS_PER_DAY {
            SLOTS_PER_DAY
        } else {
            count
        };
        Self::from_bits(((1_u128 << count) - 1) << first.get())
    }

    /// Bit `n` of `bits` is slot `n`; bits from 96 on are dropped.
    #[expect(clippy::cast_possible_truncation, reason = "each word takes its part")]
    pub const fn from_bits(bits: u128) -> Self {
        Self([bits as u32, (bits >> 32) as u32, (bits >> 64) as u32])
    }

    /// Bit `n` is slot `n`.
    pub const fn bits(self) -> u128 {
        let [low, middle, high] = self.0;
        low as u128 | (middle as u128) << 32 | (high as u128) << 64
    }

    /// Whether no slot is in the set.
    pub const fn is_empty(&self) -> bool {
        self.bits() == 0
    }

    /// How many slots, 0 to 96.
    pub const fn count(self) -> u32 {
        self.bits().count_ones()
    }

    /// Whether `slot` is in the set.
    pub const fn contains(self, slot: SlotIndex) -> bool {
        self.bits() >> slot.get() & 1 == 1
    }

    /// Whether the two sets share a slot.
    pub const fn overlaps(self, other: Self) -> bool {
        self.bits() & other.bits() != 0
    }

    /// The slots of this set that are not in `other`.
    pub const fn without(self, other: Self) -> Self {
        Self::from_bits(self.bits() & !other.bits())
    }

    /// The slots, ascending.
    pub fn slots(self) -> impl Iterator<Item = SlotIndex> {
        (0..SLOTS_PER_DAY)
            .filter_map(|index| SlotIndex::new(index).ok())
            .filter(move |slot| self.contains(*slot))
    }

    /// The first slot, if there is one.
    pub fn first(self) -> Option<SlotIndex> {
        let index = u8::try_from(self.bits().trailing_zeros()).ok()?;
        SlotIndex::new(index).ok()
    }

    /// The last slot, if there is one.
    pub fn last(self) -> Option<SlotIndex> {
        let above = self.bits().leading_zeros() + 1;
        let index = u8::try_from(u128::BITS.checked_sub(above)?).ok()?;
        SlotIndex::new(index).ok()
    }

    /// The runs of adjacent slots, ascending, both ends included.
    pub fn runs(self) -> impl Iterator<Item = RangeInclusive<u8>> {
        let mut rest = self.bits();
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let first = rest.trailing_zeros();
            let length = (rest >> first).trailing_ones();
            rest &= !(((1_u128 << length) - 1) << first);
            let last = first + length - 1;
            #[expect(clippy::cast_possible_truncation, reason = "below 96")]
            Some(first as u8..=last as u8)
        })
    }
}

impl BitOr for SlotMask {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self::from_bits(self.bits() | other.bits())
    }
}

impl BitOrAssign for SlotMask {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

impl BitAnd for SlotMask {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self::from_bits(self.bits() & other.bits())
    }
}

impl Not for SlotMask {
    type Output = Self;

    fn not(self) -> Self {
        Self::from_bits(!self.bits())
    }
}

impl fmt::Display for SlotMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, run) in self.runs().enumerate() {
            if nth > 0 {
                f.write_str(",")?;
            }
            match (run.start(), run.end()) {
                (first, last) if first == last => write!(f, "{first}")?,
                (first, last) => write!(f, "{first}-{last}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for SlotMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SlotMask({self})")
    }
}

/// Text that is not runs of slots like `52-55,60`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not runs of slots 0-95, like 52-55,60")]
pub struct MaskParseError;

impl FromStr for SlotMask {
    type Err = MaskParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let slot = |text: &str| {
            let index = text.parse().map_err(|_| MaskParseError)?;
            SlotIndex::new(index).map_err(|_| MaskParseError)
        };
        let mut mask = Self::EMPTY;
        if text.is_empty() {
            return Ok(mask);
        }
        for run in text.split(',') {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            let (first, last) = (slot(first)?, slot(last)?);
            let count = last.get().checked_sub(first.get()).ok_or(MaskParseError)?;
            mask |= Self::run(first, count + 1);
        }
        Ok(mask)
    }
}

impl Serialize for SlotMask {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SlotMask {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, "runs of slots like 52-55,60")
    }
}
