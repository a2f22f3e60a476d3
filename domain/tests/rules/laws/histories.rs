//! No two bookings share a slot, no booking lies under another's hold, and all
//! that a decision needs is named.

use std::collections::BTreeMap;

use domain::{
    booking::ConfirmedBooking,
    calendar::{Day, SeatCount, SlotIndex, Taken, Timestamp},
    command::Command,
    decide::{decide, expire_due},
    facts::Facts,
    ids::{HoldId, ResourceId},
    resource_day::DayTaken,
};
use proptest::prelude::*;

use crate::{
    harness::{World, given, studio_a, studio_b, studios},
    laws::{
        cases,
        commands::{Step, any_command, beginning, history},
    },
};

fn standing(world: &World) -> Vec<&ConfirmedBooking> {
    let made = world.bookings().filter_map(|booking| booking.get());
    made.filter(|booking| booking.stands()).collect()
}

/// The seats that each resource carries, and the most that it carried so far.
#[derive(Default)]
struct Capacities(BTreeMap<ResourceId, (u32, u32)>);

impl Capacities {
    fn see(&mut self, world: &World) {
        for resource in [studio_a(), studio_b()] {
            let state = world.resource(&resource).unwrap();
            let seats = state.settings().map_or(1, |of| of.capacity().get().into());
            let known = self.0.entry(resource).or_default();
            *known = (seats, known.1.max(seats));
        }
    }
}

/// How many seats bookings and holds take of each quarter hour, with their buffers.
fn seats_taken(world: &World) -> BTreeMap<(ResourceId, Day, SlotIndex), u32> {
    let bookings = standing(world);
    let bookings = bookings.iter().map(|made| (made.resource(), made.extent()));
    let holds = world.holds().iter();
    let claims = bookings.chain(holds.map(|hold| (&hold.resource, hold.extent())));
    let mut seats = BTreeMap::new();
    for (resource, extent) in claims {
        for (day, taken) in extent.days() {
            for slot in taken.all().slots() {
                let key = (resource.clone(), day, slot);
                *seats.entry(key).or_default() += u32::from(extent.quantity().get());
            }
        }
    }
    seats
}

/// No more is taken than there ever was; and of what a resource carries now, nobody took
/// more `than` was taken before.
fn assert_seats_are_enough(
    world: &World,
    capacities: &Capacities,
    than: &BTreeMap<(ResourceId, Day, SlotIndex), u32>,
) {
    for (key, taken) in seats_taken(world) {
        let (now, most) = capacities.0[&key.0];
        assert!(taken <= most, "{key:?}: {taken} of {most}");
        let before = than.get(&key).copied().unwrap_or_default();
        assert!(
            taken <= now.max(before),
            "{key:?}: {taken} of {now}, before {before}"
        );
    }
    for hold in world.holds().iter() {
        assert_eq!(world.holds().of(&hold.resource, hold.session), Some(hold));
    }
}

fn assert_no_two_claims_meet(world: &World) {
    let twice = seats_taken(world).into_iter().find(|(_, seats)| *seats > 1);
    assert_eq!(twice, None);
}

/// What the days say is what the bookings and the holds say.
fn assert_days_agree(world: &World) {
    for (resource, day, state) in world.days() {
        let bookings = standing(world);
        let bookings = bookings
            .iter()
            .filter(|booking| booking.resource() == resource);
        let mut booked = DayTaken::default();
        for booking in bookings {
            booked.book(booking.extent().on(day));
        }
        assert_eq!(state.taken_by_bookings(), booked, "{resource} {day}");

        let holds = world
            .holds()
            .iter()
            .filter(|hold| hold.resource == *resource);
        let holds: BTreeMap<HoldId, Taken> = holds
            .map(|hold| (hold.id, hold.extent().on(day)))
            .filter(|(_, taken)| !taken.all().is_empty())
            .collect();
        let held = state.holds().iter();
        let held = held.map(|held| (held.hold_id, held.taken()));
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
    fn no_more_seats_are_taken_than_there_are_and_days_say_what_claims_say(history in history()) {
        let (mut capacities, mut before) = (Capacities::default(), BTreeMap::new());
        let mut look = |world: &World| {
            capacities.see(world);
            assert_seats_are_enough(world, &capacities, &before);
            assert_days_agree(world);
            before = seats_taken(world);
        };
        let world = run(&history, |world, _, _| look(world));
        look(&world);
    }

    /// Where each quarter hour carries one seat, that is the seed's own promise.
    #[test]
    fn no_two_bookings_share_a_slot_and_none_lies_under_another_s_hold(history in history()) {
        let one_seat = |step: &Step| {
            let mut step = step.clone();
            if let Command::PutResource(put) = &mut step.command {
                let mut fields = put.settings.fields().clone();
                fields.capacity = SeatCount::ONE;
                put.settings = fields.try_into().unwrap();
            }
            step
        };
        let history: Vec<_> = history.iter().map(one_seat).collect();
        let world = run(&history, |world, _, _| assert_no_two_claims_meet(world));
        assert_no_two_claims_meet(&world);
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
        "booked",
        "booking_cancelled",
        "booking_not_found",
        "closed",
        "duration_not_offered",
        "held_by_other",
        "hold_lost",
        "idempotency_key_reused",
        "past",
        "quantity_not_offered",
        "resource_retired",
    ];
    for name in expected {
        assert!(
            seen.contains_key(name),
            "no history came to {name}: {seen:?}"
        );
    }
}
