use std::{fmt, str::FromStr};

use super::{SeatCount, SlotMask};

/// How many bits a slot's count has above the first one.
const HIGHER_BITS: usize = 15;

/// How many seats are taken in each slot of a UTC day, 0 to 65,535.
///
/// Counts lie bit by bit: one mask has the lowest bit of each slot's count, the next one
/// the second, and so on. Where no slot has more than one, that is the mask of what is
/// taken, and nothing else is kept.
///
/// Written as the runs of slots of one count, that after a colon where it is not one:
/// `"52-55:3,60"`; nothing taken as `""`.
///
/// ```
/// use domain::calendar::{SeatCount, Seats};
///
/// let mut seats: Seats = "52-55".parse()?;
/// let two = SeatCount::new(2).ok_or("not a count")?;
/// seats.add("54-60".parse()?, two);
/// assert_eq!(seats.to_string(), "52-53,54-55:3,56-60:2");
/// assert_eq!(seats.above(2).to_string(), "54-55");
/// assert_eq!(seats.most_in("56-70".parse()?), 2);
/// seats.remove("54-60".parse()?, two);
/// assert_eq!(seats, "52-55".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Seats {
    first: SlotMask,
    /// Nothing when all of it would be empty.
    higher: Option<Box<[SlotMask; HIGHER_BITS]>>,
}

impl Seats {
    /// One seat in each of these slots.
    pub const fn one(slots: SlotMask) -> Self {
        Self {
            first: slots,
            higher: None,
        }
    }

    /// Whether no slot has more than one.
    pub const fn are_single(&self) -> bool {
        self.higher.is_none()
    }

    /// Whether none is taken.
    pub const fn are_none(&self) -> bool {
        self.first.is_empty() && self.are_single()
    }

    /// The slots in which at least one is taken.
    pub fn taken(&self) -> SlotMask {
        self.higher().fold(self.first, |all, (_, bits)| all | bits)
    }

    /// The slots in which more than `limit` are taken.
    pub fn above(&self, limit: u16) -> SlotMask {
        if self.are_single() {
            return if limit == 0 {
                self.first
            } else {
                SlotMask::EMPTY
            };
        }
        // From the highest bit down: where all bits so far are the limit's, a bit that
        // the limit lacks makes it more.
        let (mut more, mut same) = (SlotMask::EMPTY, SlotMask::FULL);
        for bit in (0..=HIGHER_BITS).rev() {
            let bits = self.bits(bit);
            if limit >> bit & 1 == 1 {
                same = same & bits;
            } else {
                more |= same & bits;
                same = same.without(bits);
            }
        }
        more
    }

    /// How many are taken in that one of `slots` in which most are; 0 without slots.
    pub fn most_in(&self, slots: SlotMask) -> u16 {
        let (mut most, mut left) = (0, slots);
        for bit in (0..=HIGHER_BITS).rev() {
            let with = left & self.bits(bit);
            if !with.is_empty() {
                (most, left) = (most | 1 << bit, with);
            }
        }
        most
    }

    /// Takes `quantity` more in each of `slots`; at most 65,535.
    pub fn add(&mut self, slots: SlotMask, quantity: SeatCount) {
        for bit in 0..=HIGHER_BITS {
            if quantity.get() >> bit & 1 == 1 {
                self.raise(bit, slots);
            }
        }
    }

    /// Takes what `other` takes as well; at most 65,535.
    pub fn add_all(&mut self, other: &Self) {
        self.raise(0, other.first);
        for (bit, slots) in other.higher() {
            self.raise(bit, slots);
        }
    }

    /// Lets go of `quantity` in each of `slots`; of all, where fewer are taken.
    pub fn remove(&mut self, slots: SlotMask, quantity: SeatCount) {
        let enough = slots & self.above(quantity.get() - 1);
        self.clear(slots.without(enough));
        for bit in 0..=HIGHER_BITS {
            if quantity.get() >> bit & 1 == 1 {
                self.lower(bit, enough);
            }
        }
        self.forget_empty();
    }

    /// The runs of slots of one count, ascending, with it; none of what is not taken.
    pub fn runs(&self) -> impl Iterator<Item = (SlotMask, u16)> {
        let mut rest = self.taken();
        std::iter::from_fn(move || {
            let first = rest.first()?;
            let count = self.most_in(SlotMask::run(first, 1));
            let same = self.above(count - 1).without(self.above(count));
            let run = (rest & same).runs().next()?;
            let run = SlotMask::run(first, run.end() - run.start() + 1);
            rest = rest.without(run);
            Some((run, count))
        })
    }

    /// Adds the worth of `bit` in each of `slots`.
    fn raise(&mut self, bit: usize, slots: SlotMask) {
        let mut carried = slots;
        for bit in bit..=HIGHER_BITS {
            if carried.is_empty() {
                return;
            }
            let bits = self.bits_mut(bit);
            let both = *bits & carried;
            *bits = (*bits | carried).without(both);
            carried = both;
        }
        for bit in 0..=HIGHER_BITS {
            *self.bits_mut(bit) |= carried;
        }
    }

    /// Takes off the worth of `bit` in each of `slots`, whose counts are at least that.
    fn lower(&mut self, bit: usize, slots: SlotMask) {
        let mut borrowed = slots;
        for bit in bit..=HIGHER_BITS {
            if borrowed.is_empty() {
                return;
            }
            let bits = self.bits_mut(bit);
            let lacking = borrowed.without(*bits);
            *bits = bits.without(borrowed) | lacking;
            borrowed = lacking;
        }
    }

    fn clear(&mut self, slots: SlotMask) {
        self.first = self.first.without(slots);
        for bits in self.higher.iter_mut().flat_map(|higher| higher.iter_mut()) {
            *bits = bits.without(slots);
        }
    }

    fn forget_empty(&mut self) {
        let empty = |higher: &mut Box<[SlotMask; _]>| higher.iter().all(SlotMask::is_empty);
        self.higher.take_if(empty);
    }

    fn bits(&self, bit: usize) -> SlotMask {
        match bit {
            0 => self.first,
            bit => self
                .higher
                .as_ref()
                .map_or(SlotMask::EMPTY, |of| of[bit - 1]),
        }
    }

    fn bits_mut(&mut self, bit: usize) -> &mut SlotMask {
        match bit {
            0 => &mut self.first,
            bit => &mut self.higher.get_or_insert_default()[bit - 1],
        }
    }

    fn higher(&self) -> impl Iterator<Item = (usize, SlotMask)> {
        let higher = self.higher.iter().flat_map(|higher| higher.iter().copied());
        (1..).zip(higher)
    }
}

impl fmt::Display for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, (slots, count)) in self.runs().enumerate() {
            let comma = if nth > 0 { "," } else { "" };
            write!(f, "{comma}{slots}")?;
            if count > 1 {
                write!(f, ":{count}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seats({self})")
    }
}

/// Text that is not runs of slots with their counts like `52-55:3,60`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not runs of slots 0-95 with their counts, like 52-55:3,60")]
pub struct SeatsParseError;

impl FromStr for Seats {
    type Err = SeatsParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut seats = Self::default();
        for run in text.split(',').filter(|_| !text.is_empty()) {
            let (slots, count) = run.split_once(':').unwrap_or((run, "1"));
            let slots: SlotMask = slots.parse().map_err(|_| SeatsParseError)?;
            let count: u16 = count.parse().map_err(|_| SeatsParseError)?;
            if count == 0 || slots.is_empty() {
                return Err(SeatsParseError);
            }
            for bit in (0..=HIGHER_BITS).filter(|bit| count >> bit & 1 == 1) {
                seats.raise(bit, slots);
            }
        }
        Ok(seats)
    }
}
