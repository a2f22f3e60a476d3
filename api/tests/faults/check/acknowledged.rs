//! What was acknowledged is in the log, once, whole and where it was said to be.

use std::collections::BTreeMap;

use domain::{booking::BookingEvent, event::Event, ids::BookingId};

use crate::{
    ask::Ask,
    deed::{Answer, Attempt, Deed},
    history::{Logged, State},
    stretch::{Stretch, ms},
};

use super::{Branch, Course};

/// Holds an attempt that was told "done" against a history.
pub(super) fn check(branch: &Branch, deed: &Deed, nth: usize) -> Result<(), String> {
    let attempt = &deed.attempts[nth];
    let answer = attempt.told.as_ref().ok_or("there is no answer")?;
    let place = answer.place.ok_or("the answer has no position")?;
    let partition = &branch.partitions[usize::from(place.partition.get())];
    let position = place.position.get();
    let written = partition.written(&attempt.id);
    let states = partition.decided_on(position);
    let Some(after) = states.last() else {
        return Err(format!("the log has no position {position}"));
    };
    if written.is_empty() {
        return already(deed, nth, answer, states);
    }
    let last = written.last().map(|event| event.position);
    if last != Some(position) {
        return Err(format!("its last event is at {last:?}"));
    }
    one_append(&written)?;
    if answer.replayed {
        return Err("it was done, and said to have been done before".into());
    }
    shows(deed, answer, after)?;
    match &deed.ask {
        Ask::Book {
            resource, stretch, ..
        } => {
            let id = booking_id(answer)?;
            let mut slots = stretch.slots();
            let all = slots.all(|slot| after.busy.get(&(*resource, slot)) == Some(&id));
            let there = after.bookings[&id].stretch == *stretch;
            told(
                all && there,
                "the booking does not have what it was to have",
            )
        }
        _ => Ok(()),
    }
}

/// All or nothing: side by side, in one append.
fn one_append(written: &[&Logged]) -> Result<(), String> {
    let torn = written
        .windows(2)
        .any(|pair| pair[0].ends_append || pair[0].position + 1 != pair[1].position);
    told(!torn, "its events are not of one append")
}

/// Nothing was written, so it must have been so already.
fn already(deed: &Deed, nth: usize, answer: &Answer, states: &[State]) -> Result<(), String> {
    if let Ask::Book { .. } = deed.ask {
        told(answer.replayed, "it was booked and wrote nothing")?;
        let mut earlier = deed.attempts[..nth].iter();
        // Whoever was told that nothing was done can't have done it.
        let unsure = earlier.any(|attempt| attempt.claim() == crate::deed::Claim::Unknown);
        told(unsure, "a replay of what nobody can have done")?;
    }
    let mut wrong = String::new();
    for state in states {
        match shows(deed, answer, state) {
            Ok(()) => return Ok(()),
            Err(says) => wrong = says,
        }
    }
    Err(format!("it wrote nothing, and {wrong}"))
}

/// Whether it is as the answer has it.
fn shows(deed: &Deed, answer: &Answer, state: &State) -> Result<(), String> {
    match &deed.ask {
        Ask::Book { .. } => {
            let id = booking_id(answer)?;
            let booking = state.bookings.get(&id);
            let booking = booking.ok_or("there is no such booking")?;
            // Of the present: somebody may have moved it since it was made.
            let same = Stretch::of(&answer.body) == Some(booking.stretch);
            told(same, "the answer tells another span")
        }
        Ask::Beat {
            resource, stretch, ..
        } => {
            let id = answer.text("holdId").and_then(|id| id.parse().ok());
            let hold = id.and_then(|id| state.holds.get(&id));
            let hold = hold.ok_or("the hold does not live")?;
            let expires = answer.text("expiresAt").and_then(ms);
            let own = (hold.session, hold.resource) == (deed.session, *resource);
            told(own, "the hold is another's")?;
            told(hold.stretch == *stretch, "the hold has another span")?;
            told(
                Some(hold.expires_ms) == expires,
                "the hold has another lease",
            )
        }
        Ask::Leave { resource, hold } => {
            let mut holds = state.holds.iter();
            let left = holds.any(|(id, held)| {
                (held.session, held.resource) == (deed.session, *resource)
                    && hold.is_none_or(|hold| hold == *id)
            });
            told(!left, "the hold lives")
        }
        Ask::Move { booking, stretch } => {
            let booked = state.bookings.get(&booking.id);
            let moved =
                booked.is_some_and(|booked| booked.stretch == *stretch && !booked.cancelled);
            let mut slots = stretch.slots();
            let has =
                slots.all(|slot| state.busy.get(&(booking.resource, slot)) == Some(&booking.id));
            told(moved && has, "the booking is elsewhere")
        }
        Ask::Cancel { booking } => {
            let booked = state.bookings.get(&booking.id);
            let cancelled = booked.is_some_and(|booked| booked.cancelled);
            let has = state.busy.values().any(|id| *id == booking.id);
            told(cancelled && !has, "the booking stands")
        }
        Ask::Day { .. } | Ask::Presence { .. } | Ask::Booking { .. } => Ok(()),
    }
}

fn booking_id(answer: &Answer) -> Result<BookingId, String> {
    let id = answer.text("bookingId").and_then(|id| id.parse().ok());
    id.ok_or_else(|| "the answer names no booking".into())
}

fn told(right: bool, wrong: &str) -> Result<(), String> {
    if right { Ok(()) } else { Err(wrong.into()) }
}

/// Fails when an attempt that was told otherwise did write.
pub(super) fn wrote_nothing(course: &Course, attempt: &Attempt) -> Result<(), String> {
    let mut partitions = course.branches.iter().flat_map(|branch| &branch.partitions);
    let wrote = partitions.any(|partition| partition.by_request.contains_key(&attempt.id));
    told(!wrote, "it is in the log")
}

/// Bookings that were made more than once.
pub(super) fn made_twice(branch: &Branch) -> Vec<String> {
    let mut made: BTreeMap<BookingId, u32> = BTreeMap::new();
    for logged in branch
        .partitions
        .iter()
        .flat_map(|partition| &partition.events)
    {
        if let Event::Booking(BookingEvent::BookingConfirmed(confirmed)) = &logged.event {
            *made.entry(confirmed.booking_id).or_default() += 1;
        }
    }
    let twice = made.into_iter().filter(|(_, times)| *times > 1);
    twice
        .map(|(id, times)| format!("booking {id} was made {times} times"))
        .collect()
}
