//! A refusal was justified where it was checked.

use std::collections::BTreeSet;

use domain::ids::{BookingId, SessionId};

use crate::{
    ask::Ask,
    deed::{Answer, Attempt, Deed},
    history::{Held, State},
    stretch::Stretch,
};

use super::Branch;

/// By how much a server's idea of the database's time may be behind it, in
/// milliseconds: the round trip of the reading that it goes by.
const BEHIND_MS: i64 = 1_200;

/// Holds a refusal against a history.
pub(super) fn check(branch: &Branch, deed: &Deed, attempt: &Attempt) -> Result<(), String> {
    let answer = attempt.told.as_ref().ok_or("there is no answer")?;
    let place = answer.place.ok_or("the refusal has no position")?;
    let partition = &branch.partitions[usize::from(place.partition.get())];
    let states = partition.decided_on(place.position.get());
    let mut wrong = format!("the log has no position {}", place.position);
    for state in states {
        match justified(state, deed, attempt, answer) {
            Ok(()) => return Ok(()),
            Err(says) => wrong = says,
        }
    }
    Err(wrong)
}

fn justified(state: &State, deed: &Deed, attempt: &Attempt, answer: &Answer) -> Result<(), String> {
    let right = match (answer.code.as_str(), &deed.ask) {
        ("booked" | "held_by_other" | "buffer", _) => {
            return conflicts(state, deed, attempt, answer);
        }
        ("hold_lost", Ask::Beat { hold: Some(id), .. }) => {
            let held = state.holds.get(id);
            held.is_none_or(|held| held.session != deed.session)
        }
        (
            "hold_mismatch",
            Ask::Beat {
                hold: Some(id),
                stretch,
                ..
            },
        ) => {
            let held = state.holds.get(id);
            held.is_some_and(|held| held.stretch != *stretch)
        }
        ("booking_cancelled", Ask::Move { booking, .. }) => {
            let booked = state.bookings.get(&booking.id);
            booked.is_some_and(|booked| booked.cancelled)
        }
        ("booking_not_found", Ask::Move { booking, .. } | Ask::Cancel { booking }) => {
            !state.bookings.contains_key(&booking.id)
        }
        _ => return Err("no such refusal was to be expected".into()),
    };
    if right {
        Ok(())
    } else {
        Err("it was not so".into())
    }
}

/// Whose claim, on what, and what is no obstacle to it.
fn claim(deed: &Deed) -> Option<(Stretch, Option<SessionId>, Option<BookingId>)> {
    match &deed.ask {
        Ask::Book { stretch, .. } | Ask::Beat { stretch, .. } => {
            Some((*stretch, Some(deed.session), None))
        }
        Ask::Move { booking, stretch } => Some((*stretch, None, Some(booking.id))),
        _ => None,
    }
}

fn conflicts(state: &State, deed: &Deed, attempt: &Attempt, answer: &Answer) -> Result<(), String> {
    let (stretch, session, booking) = claim(deed).ok_or("nothing was claimed")?;
    let resource = deed.ask.resource();
    let busy = state.busy_in(resource, stretch, booking);
    let named = named(answer);
    if answer.code == "booked" {
        return same(&named, &busy, "booked");
    }
    if !busy.is_empty() {
        return Err(format!("{busy:?} are booked"));
    }
    let holds = state.holds.values();
    let others = holds.filter(|hold| hold.resource == resource && Some(hold.session) != session);
    let others: Vec<&Held> = others.collect();
    let held = held_in(&others, stretch, |hold| hold.stretch, attempt)?;
    if answer.code == "held_by_other" {
        return same(&named, &held, "held");
    }
    if !held.is_empty() {
        return Err(format!("{held:?} are held"));
    }
    let own = stretch.widened(resource);
    let mut near = held_in(&others, own, |hold| hold.stretch.widened(resource), attempt)?;
    near.extend(state.kept_in(resource, own, booking));
    same(&named, &near, "too near")
}

/// The quarter hours of `stretch` that holds take, each as `of` tells.
fn held_in(
    holds: &[&Held],
    stretch: Stretch,
    of: impl Fn(&Held) -> Stretch,
    attempt: &Attempt,
) -> Result<BTreeSet<i64>, String> {
    let mut held = BTreeSet::new();
    for hold in holds {
        let slots = of(hold).slots();
        let slots: Vec<i64> = slots
            .filter(|slot| stretch.slots().contains(slot))
            .collect();
        if !slots.is_empty() && hold.expires_ms + BEHIND_MS < attempt.sent_ms {
            return Err(format!("the hold had ended at {}", hold.expires_ms));
        }
        held.extend(slots);
    }
    Ok(held)
}

/// The quarter hours that the refusal names.
fn named(answer: &Answer) -> BTreeSet<i64> {
    let conflicts = answer.body["conflicts"].as_array();
    let stretches = conflicts.into_iter().flatten().filter_map(Stretch::of);
    stretches.flat_map(Stretch::slots).collect()
}

fn same(named: &BTreeSet<i64>, there: &BTreeSet<i64>, what: &str) -> Result<(), String> {
    if !named.is_empty() && named == there {
        Ok(())
    } else {
        Err(format!("{there:?} were {what}, and {named:?} were named"))
    }
}
