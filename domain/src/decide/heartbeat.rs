use crate::{
    calendar::Timestamp,
    command::Heartbeat,
    event::StreamEvent,
    facts::Facts,
    hold::{Hold, Lease},
    offer::{self, DaySlots},
    rejection::Rejection,
    resource::ResourceSettings,
    resource_day::{HoldEnd, HoldPlaced, HoldRenewed, ReleaseReason, ResourceDayEvent},
    stream::StreamId,
};

use super::{Decision, Outcome, Undecided, hold_end::end_hold, open_resource};

/// A renewal is no event while the last one is younger than this part of the
/// lease: a client that beats too often costs the log nothing.
const RENEWAL_LEASE_PARTS: u64 = 10;

pub(super) fn decide(
    facts: &impl Facts,
    beat: &Heartbeat,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let settings = open_resource(facts, &beat.resource)?;
    let own = facts.holds().of(&beat.resource, beat.session);
    match (beat.renew, own) {
        (Some(id), Some(hold)) if hold.id == id && hold.span == beat.span => {
            Ok(renew(settings, hold, beat.lease, now))
        }
        (Some(id), Some(hold)) if hold.id == id => {
            Err(Rejection::HoldMismatch { held: hold.span }.into())
        }
        (Some(hold_id), _) => Err(Rejection::HoldLost { hold_id }.into()),
        (None, Some(hold)) if hold.span == beat.span => Ok(renew(settings, hold, beat.lease, now)),
        (None, own) => place(facts, settings, beat, own, now),
    }
}

fn renew(settings: &ResourceSettings, hold: &Hold, lease: Lease, now: Timestamp) -> Decision {
    let lease_ms = settings.lease_ms(lease);
    let lease_expires_at = now.plus_ms(lease_ms).min(hold.renewable_until);
    let renewed_at = hold.renewed_at.plus_ms(lease_ms / RENEWAL_LEASE_PARTS);
    let fresh = hold.lease == lease && now < renewed_at;
    if fresh || (hold.lease, hold.lease_expires_at) == (lease, lease_expires_at) {
        return Decision {
            events: vec![],
            outcome: Outcome::Held(hold.clone()),
        };
    }
    let renewed = HoldRenewed {
        hold_id: hold.id,
        lease,
        renewed_at: now,
        lease_expires_at,
    };
    let hold = renewed.renew(hold);
    let stream = StreamId::ResourceDay(hold.resource.clone(), hold.span.first_day());
    let event = ResourceDayEvent::HoldRenewed(renewed);
    Decision {
        events: vec![(stream, event.into())],
        outcome: Outcome::Held(hold),
    }
}

/// Places the hold that `beat` asks for, in place of the session's `own` one.
fn place(
    facts: &impl Facts,
    settings: &ResourceSettings,
    beat: &Heartbeat,
    own: Option<&Hold>,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    offer::require_available(settings, beat.span, now, |day| {
        let state = facts.day(&beat.resource, day)?;
        Ok(DaySlots {
            booked: state.booked(),
            held: state.held_against(Some(beat.session)),
        })
    })?;
    let mut events = match own {
        Some(hold) => end_hold(facts, hold, HoldEnd::Released(ReleaseReason::Moved))?,
        None => vec![],
    };
    let renewable_until = now.plus_ms(settings.hold_max_ms());
    let placed = HoldPlaced {
        hold_id: beat.new_hold,
        session_id: beat.session,
        span: beat.span,
        slots: crate::calendar::SlotMask::EMPTY,
        lease: beat.lease,
        placed_at: now,
        lease_expires_at: now
            .plus_ms(settings.lease_ms(beat.lease))
            .min(renewable_until),
        renewable_until,
    };
    events.extend(placed_on_each_day(beat, &placed));
    Ok(Decision {
        events,
        outcome: Outcome::Held(placed.hold(&beat.resource)),
    })
}

fn placed_on_each_day(beat: &Heartbeat, placed: &HoldPlaced) -> impl Iterator<Item = StreamEvent> {
    beat.span.days().map(|(day, slots)| {
        let stream = StreamId::ResourceDay(beat.resource.clone(), day);
        let event = ResourceDayEvent::HoldPlaced(HoldPlaced {
            slots,
            ..placed.clone()
        });
        (stream, event.into())
    })
}
