use crate::{
    calendar::{SlotMask, Taken},
    ids::{BookingId, SessionId},
};

use super::{
    EndHold, FreedReason, HoldConsumed, HoldEnd, HoldExpired, HoldReleased, HoldRenewed,
    ResourceDay, ResourceDayCommand, ResourceDayEvent, SlotsBooked, SlotsFreed,
};

/// Why a day refuses slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotConflict {
    /// These of the slots are booked.
    #[error("slots {0} are booked")]
    Booked(SlotMask),
    /// These of the slots are under another session's hold.
    #[error("slots {0} are held by another session")]
    Held(SlotMask),
}

/// Decides a command on one day alone, for who knows no other and no settings: no slot
/// carries more than one seat. Same inputs, same events.
///
/// What the session holds, and what the booking has already, do not stand in its way.
/// The server decides on whole spans, by [`crate::decide`].
///
/// # Errors
///
/// [`SlotConflict`] when a slot asked for is booked, or held by another session.
pub fn decide(
    state: &ResourceDay,
    command: &ResourceDayCommand,
) -> Result<Vec<ResourceDayEvent>, SlotConflict> {
    let event = match command {
        ResourceDayCommand::PlaceHold(placed) => {
            require_free(state, placed.slots, Some(placed.session_id), None)?;
            Some(ResourceDayEvent::HoldPlaced(placed.clone()))
        }
        ResourceDayCommand::RenewHold(renewed) => renew_hold(state, renewed.clone()),
        ResourceDayCommand::EndHold(ending) => end_hold(state, ending),
        ResourceDayCommand::BookSlots {
            booking_id,
            session_id,
            slots,
        } => {
            require_free(state, *slots, *session_id, Some(*booking_id))?;
            Some(book_slots(*booking_id, Taken::slots(*slots)))
        }
        ResourceDayCommand::FreeSlots { booking_id, reason } => {
            free_slots(state, *booking_id, *reason)
        }
    };
    Ok(event.into_iter().collect())
}

/// Renews a hold; nothing when it does not live.
pub fn renew_hold(state: &ResourceDay, renewed: HoldRenewed) -> Option<ResourceDayEvent> {
    let held = state.hold(renewed.hold_id);
    held.map(|_| ResourceDayEvent::HoldRenewed(renewed))
}

/// Ends a hold; nothing when it has ended.
pub fn end_hold(state: &ResourceDay, ending: &EndHold) -> Option<ResourceDayEvent> {
    let &EndHold {
        hold_id,
        end,
        lease_expires_at,
        renewals,
    } = ending;
    let slots = state.hold(hold_id)?.slots;
    Some(match end {
        HoldEnd::Released(reason) => ResourceDayEvent::HoldReleased(HoldReleased {
            hold_id,
            slots,
            reason,
            lease_expires_at,
            renewals,
        }),
        HoldEnd::Expired => ResourceDayEvent::HoldExpired(HoldExpired {
            hold_id,
            slots,
            lease_expires_at,
            renewals,
        }),
        HoldEnd::Consumed(booking_id) => ResourceDayEvent::HoldConsumed(HoldConsumed {
            hold_id,
            slots,
            booking_id,
            lease_expires_at,
            renewals,
        }),
    })
}

/// Books slots. Whether they are free was decided by
/// [`offer::require_available`](crate::offer::require_available), for all days at once.
pub const fn book_slots(booking_id: BookingId, taken: Taken) -> ResourceDayEvent {
    let Taken {
        slots,
        buffer,
        quantity,
    } = taken;
    ResourceDayEvent::SlotsBooked(SlotsBooked {
        booking_id,
        slots,
        buffer,
        quantity,
    })
}

/// Frees what a booking has of the day; nothing when that is nothing.
pub fn free_slots(
    state: &ResourceDay,
    booking_id: BookingId,
    reason: FreedReason,
) -> Option<ResourceDayEvent> {
    let taken = state.taken_by(booking_id);
    let freed = SlotsFreed {
        booking_id,
        slots: taken.slots,
        buffer: taken.buffer,
        quantity: taken.quantity,
        reason,
    };
    (!taken.all().is_empty()).then_some(ResourceDayEvent::SlotsFreed(freed))
}

fn require_free(
    state: &ResourceDay,
    slots: SlotMask,
    session: Option<SessionId>,
    booking: Option<BookingId>,
) -> Result<(), SlotConflict> {
    let booked = state.booked_except(booking) & slots;
    if !booked.is_empty() {
        return Err(SlotConflict::Booked(booked));
    }
    let held = state.held_against(session) & slots;
    if held.is_empty() {
        Ok(())
    } else {
        Err(SlotConflict::Held(held))
    }
}
