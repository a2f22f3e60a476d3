use crate::{
    event::StreamEvent,
    facts::{Facts, NotLoaded},
    hold::Hold,
    resource_day::{self, HoldEnd, ResourceDayCommand},
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
    let command = ResourceDayCommand::EndHold {
        hold_id: hold.id,
        end,
        lease_expires_at: hold.lease_expires_at,
        renewals: hold.renewals,
    };
    let mut events = Vec::new();
    for (day, _) in hold.span.days() {
        let state = facts.day(&hold.resource, day)?;
        // Ending a hold conflicts with nothing, so there is no refusal to lose.
        let ended = resource_day::decide(state, &command).unwrap_or_default();
        let stream = StreamId::ResourceDay(hold.resource.clone(), day);
        events.extend(
            ended
                .into_iter()
                .map(|event| (stream.clone(), event.into())),
        );
    }
    Ok(events)
}
