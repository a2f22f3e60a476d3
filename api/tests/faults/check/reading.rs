//! A read shows what it says it shows.

use std::collections::BTreeSet;

use eventlog::GlobalPosition;
use serde_json::Value;

use crate::{
    ask::Ask,
    client::is_of,
    deed::{Answer, Attempt, Claim},
    history::State,
    stretch::{FIRST_DAY, Stretch, days_shown, midnight},
};

use super::Branch;

/// Holds a read against a history.
pub(super) fn check(branch: &Branch, ask: &Ask, attempt: &Attempt) -> Result<(), String> {
    let answer = attempt.told.as_ref().ok_or("there is no answer")?;
    if attempt.claim() == Claim::Refused {
        return not_there(branch, ask, answer);
    }
    let place = answer.place.ok_or("the answer has no position")?;
    let after: Option<GlobalPosition> = ask.after().and_then(|after| after.parse().ok());
    let after = after.map_or(0, |after| after.position.get());
    let shown = place.position.get();
    let own = matches!(ask, Ask::Booking { .. });
    if shown < after && !own {
        return Err(format!("{after} was to be shown"));
    }
    let partition = &branch.partitions[usize::from(place.partition.get())];
    let states = partition.from(shown.max(after));
    if states.iter().any(|state| is_as(state, ask, &answer.body)) {
        Ok(())
    } else {
        Err(format!("at none of {} positions was it so", states.len()))
    }
}

/// A booking that nobody finds must not be there.
fn not_there(branch: &Branch, ask: &Ask, answer: &Answer) -> Result<(), String> {
    let Ask::Booking { booking, .. } = ask else {
        return Err("no such refusal was to be expected".into());
    };
    let mut last = branch
        .partitions
        .iter()
        .filter_map(|partition| partition.states.last());
    let there = last.any(|state| state.bookings.contains_key(&booking.id));
    if answer.code == "booking_not_found" && !there {
        Ok(())
    } else {
        Err("the booking is there".into())
    }
}

fn is_as(state: &State, ask: &Ask, body: &Value) -> bool {
    match ask {
        Ask::Day {
            resource, midnight, ..
        } => {
            let shown = numbers(&body["busySlots"], *midnight);
            let busy = state.busy.keys();
            let busy = busy.filter(|(of, slot)| of == resource && is_of(*midnight, *slot));
            shown == busy.map(|(_, slot)| *slot).collect()
        }
        Ask::Presence { resource, .. } => presence(body) == held(state, *resource),
        Ask::Booking { booking, .. } => {
            let booked = state.bookings.get(&booking.id);
            booked.is_some_and(|booked| {
                let cancelled = body["status"] == "cancelled";
                (Some(booked.stretch), booked.cancelled) == (Stretch::of(body), cancelled)
            })
        }
        _ => false,
    }
}

fn numbers(slots: &Value, midnight: i64) -> BTreeSet<i64> {
    let slots = slots.as_array().into_iter().flatten();
    slots
        .filter_map(Value::as_i64)
        .map(|slot| midnight + slot)
        .collect()
}

/// Which hold has which quarter hour, by the answer.
fn presence(body: &Value) -> BTreeSet<(String, i64)> {
    let holds = body["holds"].as_array().into_iter().flatten();
    let slots = holds.flat_map(|hold| {
        let id = hold["holdId"].as_str().unwrap_or_default().to_owned();
        let midnight = hold["date"]
            .as_str()
            .and_then(midnight)
            .unwrap_or(FIRST_DAY);
        let slots = numbers(&hold["slots"], midnight);
        slots.into_iter().map(move |slot| (id.clone(), slot))
    });
    slots.collect()
}

/// Which hold has which quarter hour, by the log.
fn held(state: &State, resource: usize) -> BTreeSet<(String, i64)> {
    let holds = state.holds.iter();
    let holds = holds.filter(|(_, hold)| hold.resource == resource);
    let slots = holds.flat_map(|(id, hold)| {
        let slots = hold
            .stretch
            .slots()
            .filter(|slot| days_shown().contains(slot));
        slots.map(move |slot| (id.to_string(), slot))
    });
    slots.collect()
}
