//! What is listed, held and booked is decided by one function.

use domain::{
    calendar::{SlotCount, Span, Timestamp},
    command::Command,
    decide::{Undecided, decide},
    facts::Facts,
    ids::{BookingId, SessionId},
    listing::{ListQuery, ListedSlot, list},
    partition::Partition,
    rejection::Rejection,
    resource::Terms,
    resource_day::ResourceDay,
};
use proptest::{prelude::*, sample::select};

use crate::{
    harness::{A, World, beat, book, given, held, minutes, put, settings, span, studio, studio_a},
    laws::{
        cases,
        commands::{any_settings, beginning, history, session},
    },
};

/// A list of the first three days, at `now`.
fn listed(
    world: &World,
    terms: &Terms,
    duration: SlotCount,
    interval: SlotCount,
    now: Timestamp,
) -> Vec<ListedSlot> {
    let query = ListQuery {
        duration,
        interval,
        window: beginning()..beginning().plus_ms(3 * 86_400_000),
    };
    let booked = |day| world.day(&studio_a(), day).map(ResourceDay::booked);
    list(terms, &query, now, booked).unwrap()
}

fn answer(world: &World, command: impl Into<Command>, now: Timestamp) -> Result<(), Rejection> {
    match decide(world, &command.into(), now) {
        Ok(_) => Ok(()),
        Err(Undecided::Rejected(rejection)) => Err(rejection),
        Err(Undecided::NotLoaded(missing)) => panic!("{missing}"),
    }
}

/// Whether a session other than `session` holds a slot of `span`.
fn held_by_other(world: &World, session: SessionId, span: Span) -> bool {
    span.days().any(|(day, slots)| {
        let state = world.day(&studio_a(), day).unwrap();
        state.held_against(Some(session)).overlaps(slots)
    })
}

/// The code by which a listed slot is to be refused, if it is.
fn expected(listed: &ListedSlot, held_by_other: bool) -> Option<&'static str> {
    match listed.unavailable {
        Some(kind) => Some(kind.code()),
        None => held_by_other.then_some("held_by_other"),
    }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn what_is_listed_as_available_and_not_held_can_be_held_and_booked(
        settings in any_settings(),
        history in history(),
        session in session(),
        (duration, interval) in (select(vec![60, 120, 300, 2640]), select(vec![15, 60, 105])),
    ) {
        let mut world = given([studio(settings.clone())]);
        let mut now = beginning();
        for step in history {
            now = now.plus_ms(step.after_ms);
            let _refused = world.execute(&step.command, now);
        }
        world.execute(&put(settings.clone()).into(), now).unwrap();
        let terms = world.resource(&studio_a()).unwrap().terms().unwrap().clone();
        prop_assert_eq!(&terms.settings, &settings);

        let (duration, interval) = [duration, interval]
            .map(|minutes| SlotCount::from_minutes(minutes).unwrap())
            .into();
        for slot in listed(&world, &terms, duration, interval, now) {
            let expected = expected(&slot, held_by_other(&world, session, slot.span));
            let mut booking = book(session, slot.span);
            booking.booking = BookingId::from_bits(Partition::new(1), [0xff; 16]);
            let booked = answer(&world, booking, now).err();
            prop_assert_eq!(booked.as_ref().map(Rejection::code), expected, "{}", slot.span);

            let own = world.holds().of(&studio_a(), session);
            if own.is_some_and(|hold| hold.span == slot.span) {
                continue;
            }
            let held = answer(&world, beat(session, slot.span), now).err();
            prop_assert_eq!(held.as_ref().map(Rejection::code), expected, "{}", slot.span);
        }
    }
}

#[test]
fn what_is_listed_does_not_depend_on_holds() {
    let settings = settings();
    let free = given([studio(settings.clone())]);
    let at_13 = held(1, A, span("2026-11-24T13:00", 60), "2026-11-23T00:00:00Z");
    let held = given([studio(settings.clone()), at_13]);
    let hour = minutes(60);
    let terms = Terms::new(settings);
    let list = |world| listed(world, &terms, hour, hour, beginning());
    assert_eq!(list(&free), list(&held));
    assert_eq!(list(&free).len(), 72);
}
