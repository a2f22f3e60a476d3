//! A resource's UTC day: what is booked in it and what is held.

mod command;
mod decide;
mod event;
mod state;
mod taken;

pub use command::{EndHold, HoldEnd, ResourceDayCommand};
pub use decide::{SlotConflict, book_slots, decide, end_hold, free_slots, renew_hold};
pub use event::{
    FreedReason, HoldConsumed, HoldExpired, HoldPlaced, HoldReleased, HoldRenewed, HoldsCompacted,
    ReleaseReason, RenewalsCompacted, ResourceDayEvent, SlotsBooked, SlotsFreed,
};
pub use state::{BookedSlots, HeldSlots, ResourceDay};
pub use taken::DayTaken;
