//! What every contender of a round is asked for: the same wishes, drawn from a
//! seed.

mod dice;
mod wish;

use std::collections::HashMap;

use domain::calendar::{Day, SlotIndex, SlotMask};

pub(crate) use dice::Dice;
pub(crate) use wish::Wish;

/// The lengths wished for, in slots: 1, 2 and 5 hours.
const LENGTHS: [u8; 3] = [4, 8, 20];

/// Resource-days per hundred bookings that fit: about 55% of each gets booked,
/// a busy day that still has room.
const DAYS_PER_HUNDRED: usize = 20;

/// Days of each resource that are wished for.
pub(crate) const DAYS: u32 = 40;

/// How many wishes, at least, lie between one and the wish that it conflicts
/// with, as a share of the lap: so that the order in which clients get through
/// does not decide which of the two is refused.
const GAP_SHARE: usize = 10;

/// Wishes in laps of equal work, each over resources of its own.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    /// In the order they are played.
    pub(crate) wishes: Vec<Wish>,
    /// How many make a lap; a play ends at the end of a lap.
    pub(crate) lap: usize,
    /// How many resources there are in all.
    pub(crate) resources: u32,
    /// The first day that is wished for.
    pub(crate) first_day: Day,
}

/// How much is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DrawSize {
    /// Laps.
    pub(crate) laps: u32,
    /// Wishes of a lap that fit.
    pub(crate) fits: usize,
    /// Wishes of a lap that overlap an earlier one.
    pub(crate) conflicts: usize,
}

impl Draw {
    /// The draw of `seed`.
    pub(crate) fn new(seed: u64, size: DrawSize) -> Self {
        Self::from_day(seed, size, Self::first_day())
    }

    /// The draw of `seed` over days from `first_day` on.
    pub(crate) fn from_day(seed: u64, size: DrawSize, first_day: Day) -> Self {
        let lap = size.fits + size.conflicts;
        let resource_days = size.fits * DAYS_PER_HUNDRED / 100;
        let resources = u32::try_from(resource_days).unwrap_or(u32::MAX) / DAYS + 1;
        let mut dice = Dice::new(seed);
        let mut wishes = Vec::with_capacity(lap * size.laps as usize);
        for nth in 0..size.laps {
            let drawn = Lap::new(&mut dice, nth * resources, resources, first_day);
            wishes.extend(drawn.wishes(size, wishes.len()));
        }
        Self {
            wishes,
            lap,
            resources: resources * size.laps,
            first_day,
        }
    }

    /// The day of a resource that is wished for first, unless another is named:
    /// one that no run of a benchmark finds in the past.
    pub(crate) fn first_day() -> Day {
        "2040-01-01".parse().expect("a date")
    }
}

struct Lap<'a> {
    dice: &'a mut Dice,
    first_resource: u32,
    resources: u32,
    first_day: Day,
    taken: HashMap<(u32, Day), SlotMask>,
}

impl<'a> Lap<'a> {
    fn new(dice: &'a mut Dice, first_resource: u32, resources: u32, first_day: Day) -> Self {
        Self {
            dice,
            first_resource,
            resources,
            first_day,
            taken: HashMap::new(),
        }
    }

    fn wishes(mut self, size: DrawSize, numbered_from: usize) -> Vec<Wish> {
        let lap = size.fits + size.conflicts;
        let gap = lap / GAP_SHARE;
        let every = (lap - gap) / size.conflicts.max(1);
        let mut wishes: Vec<Wish> = Vec::with_capacity(lap);
        let mut fits: Vec<usize> = Vec::with_capacity(size.fits);
        for nth in 0..lap {
            let conflicts = nth - fits.len();
            let due = nth >= gap && (nth - gap).is_multiple_of(every);
            let mut wish = if due && conflicts < size.conflicts {
                let early = fits.partition_point(|fit| fit + gap <= nth);
                let early = u32::try_from(early).unwrap_or(u32::MAX);
                let rival = wishes[fits[self.dice.below(early.max(1)) as usize]];
                self.conflicting(&rival)
            } else {
                fits.push(nth);
                self.fitting()
            };
            wish.number = u32::try_from(numbered_from + nth).unwrap_or(u32::MAX);
            wishes.push(wish);
        }
        wishes
    }

    fn fitting(&mut self) -> Wish {
        let slots = self.dice.pick(&LENGTHS);
        loop {
            let resource = self.first_resource + self.dice.below(self.resources);
            let day = self.first_day.plus(self.dice.below(DAYS));
            let day = day.expect("far from the year 9999");
            let first = self.between(0, 96 - slots);
            let wish = self.wish(resource, day, first, slots);
            let taken = self.taken.entry((resource, day)).or_default();
            if !taken.overlaps(wish.mask()) {
                *taken |= wish.mask();
                return wish;
            }
        }
    }

    fn conflicting(&mut self, rival: &Wish) -> Wish {
        let slots = self.dice.pick(&LENGTHS);
        let shared = rival.first.get() + self.between(0, rival.slots - 1);
        let earliest = (shared + 1).saturating_sub(slots);
        let latest = shared.min(96 - slots);
        let first = self.between(earliest, latest);
        self.wish(rival.resource, rival.day, first, slots)
    }

    fn between(&mut self, low: u8, high: u8) -> u8 {
        let more = self.dice.below(u32::from(high - low) + 1);
        low + u8::try_from(more).unwrap_or(0)
    }

    fn wish(&mut self, resource: u32, day: Day, first: u8, slots: u8) -> Wish {
        Wish {
            number: 0,
            resource,
            day,
            first: SlotIndex::new(first).expect("a span within the day begins in it"),
            slots,
            bits: self.dice.bits_128(),
        }
    }
}
