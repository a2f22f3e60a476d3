//! Holds end by their lease, and all of them end.

use domain::{event::Event, resource_day::ResourceDayEvent};

use super::Branch;

/// Holds that were ended for their lease before it was over.
pub(super) fn ended_early(branch: &Branch) -> Vec<String> {
    let events = branch
        .partitions
        .iter()
        .flat_map(|partition| &partition.events);
    let early = events.filter_map(|logged| {
        let Event::ResourceDay(ResourceDayEvent::HoldExpired(ended)) = &logged.event else {
            return None;
        };
        let early_ms = ended.lease_expires_at.ms() - logged.recorded_ms;
        (early_ms > 0).then(|| format!("hold {} ended {early_ms} ms early", ended.hold_id))
    });
    early.collect()
}

/// Holds that live although nobody has renewed them for long.
pub(super) fn left_over(branch: &Branch) -> Vec<String> {
    let last = branch
        .partitions
        .iter()
        .filter_map(|partition| partition.states.last());
    let left = last.flat_map(|state| &state.holds);
    left.map(|(id, hold)| format!("hold {id} lives on: {hold:?}"))
        .collect()
}
