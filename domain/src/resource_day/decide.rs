use crate::{
    calendar::SlotMask,
    ids::{BookingId, SessionId},
};

use super::{
    HoldConsumed, HoldEnd, HoldExpired, HoldReleased, ResourceDay, ResourceDayCommand,
    ResourceDayEvent, SlotsBooked, SlotsFreed,
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

/// Decides a command on one day. Same inputs, same events.
///
/// Ending a hold or freeing slots that are no longer there is no event and no
/// refusal: what the command asks for is so already.
///
/// # Errors
///
/// [`SlotConflict`] when a slot asked for is booked, or held by another session.
pub fn decide(
    state: &ResourceDay,
    command: &ResourceDayCommand,
) -> Result<Vec<ResourceDayEvent>, SlotConflict> {
    match command {
        ResourceDayCommand::PlaceHold(placed) => {
            require_free(state, placed.slots, Some(placed.session_id), None)?;
            Ok(vec![ResourceDayEvent::HoldPlaced(placed.clone())])
        }
        ResourceDayCommand::RenewHold(renewed) => {
            let held = state.hold(renewed.hold_id);
            let event = held.map(|_| ResourceDayEvent::HoldRenewed(renewed.clone()));
            Ok(event.into_iter().collect())
        }
        ResourceDayCommand::EndHold { .. } => Ok(end_hold(state, command).into_iter().collect()),
        ResourceDayCommand::BookSlots {
            booking_id,
            session_id,
            slots,
        } => {
            require_free(state, *slots, *session_id, Some(*booking_id))?;
            Ok(vec![ResourceDayEvent::SlotsBooked(SlotsBooked {
                booking_id: *booking_id,
                slots: *slots,
            })])
        }
        ResourceDayCommand::FreeSlots { booking_id, reason } => {
            let slots = state.slots_of(*booking_id);
            let event = (!slots.is_empty()).then_some(ResourceDayEvent::SlotsFreed(SlotsFreed {
                booking_id: *booking_id,
                slots,
                reason: *reason,
            }));
            Ok(event.into_iter().collect())
        }
    }
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

fn end_hold(state: &ResourceDay, command: &ResourceDayCommand) -> Option<ResourceDayEvent> {
    let &ResourceDayCommand::EndHold {
        hold_id,
        end,
        lease_expires_at,
        renewals,
    } = command
    else {
        return None;
    };
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
