use crate::{
    calendar::Timestamp,
    event::StreamEvent,
    facts::Facts,
    hold::Hold,
    resource_day::{self, HoldRenewed},
    stream::StreamId,
};

use super::expire::unloaded_days;

/// What gives `holds` a lease from `now` on, whose lease is of a clock that was ahead: the
/// events, and the streams that must be loaded before the holds left out can have theirs.
///
/// Such a hold would block for as long as that clock was ahead. Its session may be there
/// still, and so it keeps as long a lease as it had, and no more.
pub fn redate<'a>(
    facts: &impl Facts,
    now: Timestamp,
    holds: impl Iterator<Item = &'a Hold>,
) -> (Vec<StreamEvent>, Vec<StreamId>) {
    let (mut events, mut missing) = (Vec::new(), Vec::new());
    for hold in holds {
        let first_day = hold.span.first_day();
        match facts.day(&hold.resource, first_day) {
            Ok(day) => {
                let renewed = resource_day::renew_hold(day, redated(hold, now));
                let stream = StreamId::ResourceDay(hold.resource.clone(), first_day);
                events.extend(renewed.map(|event| (stream, event.into())));
            }
            Err(_) => missing.extend(unloaded_days(facts, hold)),
        }
    }
    (events, missing)
}

fn redated(hold: &Hold, now: Timestamp) -> HoldRenewed {
    let lease = hold.lease_expires_at.since(hold.renewed_at);
    let lease_ms = u64::try_from(lease.as_millis()).unwrap_or(u64::MAX);
    HoldRenewed {
        hold_id: hold.id,
        lease: hold.lease,
        renewed_at: now,
        lease_expires_at: now.plus_ms(lease_ms),
    }
}
