use crate::{
    calendar::Timestamp,
    command::Heartbeat,
    facts::Facts,
    hold::{HOLD_GRACE_MS, Hold, Lease},
    offer::{self, DaySlots},
    rejection::Rejection,
    resource::{ResourceSettings, Terms},
    resource_day::{self, HoldEnd, HoldPlaced, HoldRenewed, ReleaseReason, ResourceDayEvent},
    stream::StreamId,
};

use super::{Decision, Outcome, Undecided, hold_end::end_hold, open_resource};

/// A renewal is no event while the last one is younger than this part of the
/// lease: a client that beats too often costs the log nothing. Such a beat is answered
/// with the lease's end as the log has it. Clients are asked to beat twice a lease, so
/// that each of their beats is an event, one that comes early too.
const RENEWAL_LEASE_PARTS: u64 = 3;

pub(super) fn decide(
    facts: &impl Facts,
    beat: &Heartbeat,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let terms = open_resource(facts, &beat.resource)?;
    let own = facts.holds().of(&beat.resource, beat.session);
    match (beat.renew, own) {
        (Some(id), Some(hold)) if hold.id == id && is_of(hold, beat) => {
            renew(facts, &terms.settings, hold, beat.lease, now)
        }
        (Some(id), Some(hold)) if hold.id == id => Err(Rejection::HoldMismatch {
            held: hold.span,
            quantity: hold.quantity,
        }
        .into()),
        (Some(hold_id), _) => Err(Rejection::HoldLost { hold_id }.into()),
        (None, Some(hold)) if is_of(hold, beat) => {
            renew(facts, &terms.settings, hold, beat.lease, now)
        }
        (None, own) => place(facts, terms, beat, own, now),
    }
}

/// Whether `hold` is of all that `beat` asks for.
fn is_of(hold: &Hold, beat: &Heartbeat) -> bool {
    (hold.span, hold.quantity) == (beat.span, beat.quantity)
}

fn renew(
    facts: &impl Facts,
    settings: &ResourceSettings,
    hold: &Hold,
    lease: Lease,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let lease_ms = settings.lease_ms(lease);
    // A hold that was placed before there was a grace may say that it is renewable longer.
    let renewable_until = hold.renewable_until.min(hold.grace_ends_at());
    if renewable_until <= now {
        let start = hold.span.start();
        return Err(Rejection::Past { start }.into());
    }
    let lease_expires_at = now.plus_ms(lease_ms).min(renewable_until);
    let renewed_at = hold.renewed_at.plus_ms(lease_ms / RENEWAL_LEASE_PARTS);
    let fresh = hold.lease == lease && now < renewed_at;
    if fresh || (hold.lease, hold.lease_expires_at) == (lease, lease_expires_at) {
        return Ok(Decision {
            events: vec![],
            outcome: Outcome::Held(hold.clone()),
        });
    }
    let renewed = HoldRenewed {
        hold_id: hold.id,
        lease,
        renewed_at: now,
        lease_expires_at,
    };
    let hold = renewed.renew(hold);
    let first_day = hold.span.first_day();
    let event = resource_day::renew_hold(facts.day(&hold.resource, first_day)?, renewed);
    let stream = StreamId::ResourceDay(hold.resource.clone(), first_day);
    Ok(Decision {
        events: event
            .map(|event| (stream, event.into()))
            .into_iter()
            .collect(),
        outcome: Outcome::Held(hold),
    })
}

/// Places the hold that `beat` asks for, in place of the session's `own` one.
fn place(
    facts: &impl Facts,
    terms: &Terms,
    beat: &Heartbeat,
    own: Option<&Hold>,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let extent = terms.settings.extent(beat.span).seats(beat.quantity);
    offer::require_available(terms, extent, now, |day| {
        let state = facts.day(&beat.resource, day)?;
        let taken = state.taken_against(None, Some(beat.session));
        Ok(DaySlots::of(terms, day, beat.quantity, &taken))
    })?;
    let mut events = match own {
        Some(hold) => end_hold(facts, hold, HoldEnd::Released(ReleaseReason::Moved))?,
        None => vec![],
    };
    let hold = placed(&terms.settings, beat, now);
    for (day, taken) in hold.extent().days() {
        let placed = ResourceDayEvent::HoldPlaced(HoldPlaced::of(&hold, taken));
        let stream = StreamId::ResourceDay(hold.resource.clone(), day);
        events.push((stream, placed.into()));
    }
    Ok(Decision {
        events,
        outcome: Outcome::Held(hold),
    })
}

/// The hold that `beat` asks for, if it is placed at `now`.
fn placed(settings: &ResourceSettings, beat: &Heartbeat, now: Timestamp) -> Hold {
    let grace_ends_at = beat.span.start().plus_ms(HOLD_GRACE_MS);
    let renewable_until = now.plus_ms(settings.hold_max_ms()).min(grace_ends_at);
    let lease_expires_at = now.plus_ms(settings.lease_ms(beat.lease));
    Hold {
        id: beat.new_hold,
        resource: beat.resource.clone(),
        session: beat.session,
        span: beat.span,
        buffers: settings.buffers(),
        quantity: beat.quantity,
        lease: beat.lease,
        placed_at: now,
        renewed_at: now,
        lease_expires_at: lease_expires_at.min(renewable_until),
        renewable_until,
        renewals: 0,
    }
}
