use crate::{
    command::Leave,
    facts::Facts,
    resource_day::{HoldEnd, ReleaseReason},
};

use super::{Decision, Outcome, Undecided, hold_end::end_hold};

/// Leaving what one does not have is no refusal: the answer is true already.
pub(super) fn decide(facts: &impl Facts, leave: &Leave) -> Result<Decision, Undecided> {
    let own = facts.holds().of(&leave.resource, leave.session);
    let events = match own.filter(|hold| leave.hold.is_none_or(|id| id == hold.id)) {
        Some(hold) => end_hold(facts, hold, HoldEnd::Released(ReleaseReason::Left))?,
        None => vec![],
    };
    Ok(Decision {
        events,
        outcome: Outcome::Left,
    })
}
