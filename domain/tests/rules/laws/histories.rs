//! No two bookings share a slot, no booking lies under another's hold, and all
//! that a decision needs is named.

use std::collections::BTreeMap;

use domain::{
    booking::ConfirmedBooking,
    calendar::{SlotMask, Taken, Timestamp},
    command::Command,
    decide::{decide, expire_due},
    facts::Facts,
    ids::HoldId,
};
use proptest::prelude::*;

use crate::{
    harness::{World, given, studios},
    laws::{
        cases,
        commands::{Step, any_command, beginning, history},
    },
};

/// Each pair of a list once.
fn pairs<T>(list: &[T]) -> impl Iterator<Item = (&T, &T)> {
    list.iter()
        .enumerate()
        .flat_map(|(nth, one)| list[nth + 1..].iter().map(move |other| (one, other)))
}

fn standing(world: &World) -> Vec<&ConfirmedBooking> {
    let made = world.bookings().filter_map(|booking| booking.get());
    made.filter(|booking| booking.stands()).collect()
}

fn assert_no_two_claims_meet(world: &World) {
    let bookings = standing(world);
    for (one, other) in pairs(&bookings) {
        let apart = one.resource() != other.resource() || !one.extent().overlaps(other.extent());
        assert!(apart, "{one:?} and {other:?} share a slot");
    }
    let holds: Vec<_> = world.holds().iter().collect();
    for (one, other) in pairs(&holds) {
        let apart = one.resource != other.resource
            || (one.session != other.session && !one.extent().overlaps(other.extent()));
        assert!(apart, "{one:?} and {other:?} meet");
    }
    for hold in holds {
        assert_eq!(world.holds().of(&hold.resource, hold.session), Some(hold));
        for booking in &bookings {
            let apart =
                hold.resource != *booking.resource() || !hold.extent().overlaps(booking.extent());
            assert!(apart, "{booking:?} is under {hold:?}");
        }
    }
}

/// What the days say is what the bookings and the holds say.
fn assert_days_agree(world: &World) {
    for (resource, day, state) in world.days() {
        let bookings = standing(world);
        let bookings = bookings
            .iter()
            .filter(|booking| booking.resource() == resource);
        let booked = bookings.fold(Taken::default(), |all, booking| {
            let taken = booking.extent().on(day);
            Taken {
                slots: all.slots | taken.slots,
                buffer: all.buffer | taken.buffer,
            }
        });
        assert_eq!(state.taken_by_bookings(), booked, "{resource} {day}");

        let holds = world
            .holds()
            .iter()
            .filter(|hold| hold.resource == *resource);
        let holds: BTreeMap<HoldId, (SlotMask, SlotMask)> = holds
            .map(|hold| (hold.id, hold.extent().on(day)))
            .filter(|(_, taken)| !taken.all().is_empty())
            .map(|(id, taken)| (id, (taken.slots, taken.buffer)))
            .collect();
        let held = state.holds().iter();
        let held = held.map(|held| (held.hold_id, (held.slots, held.buffer)));
        assert_eq!(held.collect::<BTreeMap<_, _>>(), holds, "{resource} {day}");
    }
}

/// Carries out a history, and looks at the world after each step.
fn run(history: &[Step], mut look: impl FnMut(&World, &Step, Timestamp)) -> World {
    let mut world = given([studios()]);
    let mut now = beginning();
    for step in history {
        now = now.plus_ms(step.after_ms);
        look(&world, step, now);
        let _refused = world.execute(&step.command, now);
    }
    world
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn no_two_bookings_share_a_slot_and_none_lies_under_another_s_hold(history in history()) {
        let world = run(&history, |world, _, _| {
            assert_no_two_claims_meet(world);
            assert_days_agree(world);
        });
        assert_no_two_claims_meet(&world);
        assert_days_agree(&world);
    }

    #[test]
    fn the_same_facts_command_and_time_decide_the_same(history in history()) {
        run(&history, |world, step, now| {
            let decide = || decide(world, &step.command, now);
            assert_eq!(decide(), decide());
        });
    }

    /// `World::execute` loads what `needs` names and panics when that was not all.
    #[test]
    fn what_needs_names_is_all_that_a_decision_asks_for(
        history in history(),
        commands in proptest::collection::vec(any_command(), 8),
        later_ms in 0..400_000_u64,
    ) {
        let world = run(&history, |_, _, _| {});
        let span = history.iter().map(|step| step.after_ms).sum::<u64>();
        for command in commands {
            let _refused = world.clone().execute(&command, beginning().plus_ms(span + later_ms));
        }
    }

    #[test]
    fn a_decision_on_what_was_loaded_is_the_decision_on_everything(history in history()) {
        run(&history, |world, step, now| {
            let (events, _) = expire_due(world, now, usize::MAX);
            let mut after_expiry = world.clone();
            for event in &events {
                after_expiry.apply(event);
            }
            let whole = decide(&after_expiry, &step.command, now);
            let loaded = world.load(&step.command, now);
            assert_eq!(decide(&after_expiry.with(&loaded), &step.command, now), whole);
        });
    }

    #[test]
    fn asking_twice_comes_to_what_asking_once_came_to(history in history()) {
        run(&history, |world, step, now| {
            let mut world = world.clone();
            if world.execute(&step.command, now).is_err() {
                return;
            }
            let mut again = step.command.clone();
            // A second beat names the hold that the first one placed.
            if let Command::Heartbeat(beat) = &mut again {
                beat.renew = None;
            }
            let (events, _) = world.execute(&again, now).unwrap();
            assert!(events.is_empty(), "{again:?} wrote again: {events:?}");
        });
    }
}

#[test]
fn the_histories_do_what_they_are_to_try() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeMap::new();
    for _ in 0..64 {
        let steps = history().new_tree(&mut runner).unwrap().current();
        let mut world = given([studios()]);
        let mut now = beginning();
        for step in steps {
            now = now.plus_ms(step.after_ms);
            match world.execute(&step.command, now) {
                Ok((events, _)) => {
                    for (_, event) in events {
                        *seen.entry(event.event_type()).or_insert(0) += 1;
                    }
                }
                Err(rejection) => *seen.entry(rejection.code()).or_insert(0) += 1,
            }
        }
    }
    let expected = [
        "BookingCancelled",
        "BookingConfirmed",
        "BookingRescheduled",
        "HoldConsumed",
        "HoldExpired",
        "HoldPlaced",
        "HoldReleased",
        "HoldRenewed",
        "ResourceChanged",
        "ResourceRegistered",
        "ResourceRetired",
        "SlotsBooked",
        "SlotsFreed",
        "beyond_horizon",
        "booked",
        "booking_cancelled",
        "booking_not_found",
        "closed",
        "duration_not_offered",
        "held_by_other",
        "hold_lost",
        "idempotency_key_reused",
        "notice_too_short",
        "past",
        "resource_retired",
        "too_late_to_change",
    ];
    for name in expected {
        assert!(
            seen.contains_key(name),
            "no history came to {name}: {seen:?}"
        );
    }
}
