use crate::{
    event::StreamEvent,
    facts::{Facts, NotLoaded},
    hold::Hold,
    resource_day::{self, EndHold, HoldEnd},
    stream::StreamId,
};

/// The events that end `hold`, one on each of its days.
///
/// # Errors
///
/// [`NotLoaded`] when one of its days is not at hand.
pub(super) fn end_hold(
    facts: &impl Facts,
    hold: &Hold,
    end: HoldEnd,
) -> Result<Vec<StreamEvent>, NotLoaded> {
    let ending = EndHold::of(hold, end);
    let mut events = Vec::new();
    for (day, _) in hold.extent().days() {
        let ended = resource_day::end_hold(facts.day(&hold.resource, day)?, &ending);
        let stream = StreamId::ResourceDay(hold.resource.clone(), day);
        events.extend(ended.map(|event| (stream, event.into())));
    }
    Ok(events)
}
