//! Chance, by a seed.

use std::ops::RangeInclusive;

/// Draws that are the same for the same seed: splitmix64.
#[derive(Debug, Clone)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Draws of their own, for what goes on beside.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `range`.
    pub(crate) fn between(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.next() % (range.end() - range.start() + 1)
    }

    /// True as often as `percent` says.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.between(1..=100) <= percent
    }

    /// One of `0..count`.
    pub(crate) fn index(&mut self, count: usize) -> usize {
        let last = u64::try_from(count - 1).unwrap();
        usize::try_from(self.between(0..=last)).unwrap()
    }

    /// One of `from`.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }
}

#[test]
fn the_same_seed_draws_the_same() {
    let draws = |seed| {
        let mut draw = Draw::new(seed);
        [(); 5].map(|()| draw.between(0..=1_000_000))
    };
    assert_eq!(draws(7), draws(7));
    assert_ne!(draws(7), draws(8));
}
