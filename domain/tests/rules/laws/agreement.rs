//! What is listed, held and booked is decided by one function.

use domain::{
    calendar::{SlotCount, Span, Timestamp},
    command::Command,
    decide::{Undecided, decide},
    facts::Facts,
    ids::{BookingId, SessionId},
    listing::{ListQuery, ListedSlot, list},
    offer::{require_start, steady_until},
    partition::Partition,
    rejection::{About, Rejection, RejectionKind},
    resource::{ResourceSettings, Terms},
    resource_day::ResourceDay,
};
use proptest::{prelude::*, sample::select};

use crate::{
    harness::{A, World, beat, book, given, held, minutes, put, settings, span, studio, studio_a},
    laws::{
        cases,
        commands::{any_settings, any_span, beginning, history, session},
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
    let booked = |day| {
        world
            .day(&studio_a(), day)
            .map(ResourceDay::taken_by_bookings)
    };
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

/// Whether what `span` takes with its buffers meets what a hold of a session other than
/// `session` takes with its own.
fn near_to_other(
    world: &World,
    settings: &ResourceSettings,
    session: SessionId,
    span: Span,
) -> bool {
    let extent = settings.extent(span);
    let mut holds = world.holds().iter();
    holds.any(|hold| {
        let theirs = hold.resource == studio_a() && hold.session != session;
        theirs && hold.extent().overlaps(extent)
    })
}

/// The code by which a listed slot is to be refused, if it is. Holds are not in the list:
/// they come before what buffers of bookings refuse, and their own buffers last.
fn expected(listed: &ListedSlot, held_by_other: bool, near: bool) -> Option<&'static str> {
    match listed.unavailable {
        None | Some(RejectionKind::Buffer) if held_by_other => Some("held_by_other"),
        None => near.then_some("buffer"),
        Some(kind) => Some(kind.code()),
    }
}

fn is_about_start(kind: RejectionKind) -> bool {
    kind.about() == About::Start
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn a_list_changes_by_time_alone_only_when_it_says_so(
        settings in any_settings(),
        start in any_span(),
        (after_ms, later) in (0..200_000_000_u64, 0..=1_000_u64),
    ) {
        let start = start.start();
        let now = beginning().plus_ms(after_ms);
        let said = |now| require_start(&settings, start, now).map_err(|refused| refused.kind());
        let until = steady_until(&settings, start, now);
        prop_assert!(now <= until);
        let horizon = beginning().plus_ms(400_000_000);
        let within = until.min(horizon).since(now).as_millis();
        let within = u64::try_from(within).unwrap() * later / 1_000;
        prop_assert_eq!(said(now.plus_ms(within)), said(now));
    }

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
            let own = world.holds().of(&studio_a(), session);
            let own = own.filter(|hold| hold.span == slot.span);
            // Who held in time may book what nobody is offered any more.
            if own.is_some() && slot.unavailable.is_some_and(is_about_start) {
                continue;
            }
            let near = near_to_other(&world, &terms.settings, session, slot.span);
            let expected = expected(&slot, held_by_other(&world, session, slot.span), near);
            let mut booking = book(session, slot.span);
            booking.booking = BookingId::from_bits(Partition::new(1), [0xff; 16]);
            let booked = answer(&world, booking, now).err();
            prop_assert_eq!(booked.as_ref().map(Rejection::code), expected, "{}", slot.span);

            if own.is_some() {
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
