use crate::{
    booking::ConfirmedBooking,
    calendar::Timestamp,
    command::Asker,
    facts::Facts,
    rejection::Rejection,
    resource::{Notice, ResourceSettings},
};

use super::Undecided;

/// Whether `asker` may still change `booking` at `now`: a visitor may as long as the notice
/// before its start is kept that `of` the settings is meant for what is asked.
pub(super) fn require_notice(
    facts: &impl Facts,
    (booking, asker): (&ConfirmedBooking, Asker),
    of: impl FnOnce(&ResourceSettings) -> Notice,
    now: Timestamp,
) -> Result<(), Undecided> {
    if asker == Asker::Operator {
        return Ok(());
    }
    let resource = facts.resource(booking.resource())?;
    // Nobody has asked for a notice where nobody has registered anything.
    let notice = resource.settings().map_or(Notice::NONE, of);
    let start = booking.span.start();
    if notice.is_kept(start, now) {
        return Ok(());
    }
    Err(Rejection::TooLateToChange {
        booking_id: booking.id(),
        until: notice.until(start),
    }
    .into())
}
