use domain::calendar::{SeatCount, Seats, SlotMask};

/// How many more seats a batch takes in each slot of a day than it lets go of, and the
/// other way round. No slot is in both: what a slot has in the end goes by the difference
/// alone, whatever was between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct SeatsChange {
    pub(super) more: Seats,
    pub(super) fewer: Seats,
}

impl SeatsChange {
    pub(super) fn take(&mut self, slots: SlotMask, quantity: SeatCount) {
        balance(&mut self.fewer, &mut self.more, slots, quantity);
    }

    pub(super) fn free(&mut self, slots: SlotMask, quantity: SeatCount) {
        balance(&mut self.more, &mut self.fewer, slots, quantity);
    }

    /// Whether no slot changes by more than one.
    pub(super) const fn is_single(&self) -> bool {
        self.more.are_single() && self.fewer.are_single()
    }

    /// What `seats` are after it.
    pub(super) fn applied_to(&self, mut seats: Seats) -> Seats {
        for (slots, quantity) in counts(&self.fewer) {
            seats.remove(slots, quantity);
        }
        seats.add_all(&self.more);
        seats
    }
}

/// Takes `quantity` in each of `slots` off `from` as far as it has them, and adds the rest
/// `to` the other.
fn balance(from: &mut Seats, to: &mut Seats, slots: SlotMask, quantity: SeatCount) {
    let both = slots & from.taken();
    to.add(slots.without(both), quantity);
    for slot in both.slots() {
        let slot = SlotMask::run(slot, 1);
        let back = from.most_in(slot).min(quantity.get());
        if let Some(back) = SeatCount::new(back) {
            from.remove(slot, back);
        }
        if let Some(rest) = SeatCount::new(quantity.get() - back) {
            to.add(slot, rest);
        }
    }
}

/// The runs of slots of one count, each in parts that one booking could have.
fn counts(seats: &Seats) -> impl Iterator<Item = (SlotMask, SeatCount)> {
    seats.runs().flat_map(|(slots, count)| {
        let whole = std::iter::repeat_n(SeatCount::MAX, usize::from(count / SeatCount::MAX.get()));
        let rest = SeatCount::new(count % SeatCount::MAX.get());
        whole.chain(rest).map(move |quantity| (slots, quantity))
    })
}
