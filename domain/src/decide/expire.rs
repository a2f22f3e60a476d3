use crate::{
    calendar::Timestamp, event::StreamEvent, facts::Facts, hold::Hold, resource_day::HoldEnd,
    stream::StreamId,
};

use super::hold_end::end_hold;

/// What ends the holds that are due at `now`, at most `limit` of them, the
/// longest overdue first: the events, and the streams that must be loaded
/// before the holds left out can end.
pub fn expire_due(
    facts: &impl Facts,
    now: Timestamp,
    limit: usize,
) -> (Vec<StreamEvent>, Vec<StreamId>) {
    let (mut events, mut missing) = (Vec::new(), Vec::new());
    for hold in facts.holds().due(now).take(limit) {
        match end_hold(facts, hold, HoldEnd::Expired) {
            Ok(ended) => events.extend(ended),
            Err(_) => missing.extend(unloaded_days(facts, hold)),
        }
    }
    (events, missing)
}

/// The days of `hold` that are not at hand.
pub(super) fn unloaded_days(facts: &impl Facts, hold: &Hold) -> Vec<StreamId> {
    let days = hold.extent().days();
    days.filter_map(|(day, _)| facts.day(&hold.resource, day).err())
        .map(|missing| missing.0)
        .collect()
}
