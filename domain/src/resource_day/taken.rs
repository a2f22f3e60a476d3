use crate::calendar::{SeatCount, Seats, SlotMask, Taken};

/// How many seats of a day are taken, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayTaken {
    /// By bookings.
    pub booked: Seats,
    /// By live holds.
    pub held: Seats,
    /// By the buffers of both.
    pub buffers: Seats,
}

impl DayTaken {
    /// What one booking takes.
    pub fn of_booking(taken: Taken) -> Self {
        let mut day = Self::default();
        day.book(taken);
        day
    }

    /// A booking takes this.
    pub fn book(&mut self, taken: Taken) {
        self.booked.add(taken.slots, taken.quantity);
        self.buffers.add(taken.buffer, taken.quantity);
    }

    /// A booking lets go of this.
    pub fn free(&mut self, taken: Taken) {
        self.booked.remove(taken.slots, taken.quantity);
        self.buffers.remove(taken.buffer, taken.quantity);
    }

    /// A hold takes this.
    pub fn hold(&mut self, taken: Taken) {
        self.held.add(taken.slots, taken.quantity);
        self.buffers.add(taken.buffer, taken.quantity);
    }

    /// All of it together.
    pub fn all(&self) -> Seats {
        let mut all = self.booked.clone();
        all.add_all(&self.held);
        all.add_all(&self.buffers);
        all
    }

    /// `busySlots`: those in which bookings leave none of `capacity` seats.
    pub fn busy(&self, capacity: SeatCount) -> SlotMask {
        self.booked.above(capacity.get() - 1)
    }

    /// `bufferSlots`: those beside, in which buffers take what bookings leave.
    pub fn kept_free(&self, capacity: SeatCount) -> SlotMask {
        let none_left = self.all().above(capacity.get() - 1);
        none_left.without(self.busy(capacity))
    }
}
