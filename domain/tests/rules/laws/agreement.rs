//! What is listed, held and booked is decided by one function.

use domain::{
    calendar::{Extent, SeatCount, SlotCount, SlotMask, Taken, Timestamp},
    command::{Command, Heartbeat},
    decide::{Undecided, decide},
    facts::Facts,
    hold::Hold,
    ids::{BookingId, SessionId},
    listing::{ListQuery, ListedSlot, list},
    partition::Partition,
    rejection::{Rejection, RejectionKind},
    resource::Terms,
    resource_day::ResourceDay,
};
use proptest::{prelude::*, sample::select};

use crate::{
    harness::{A, World, beat, book, given, held, minutes, put, settings, span, studio, studio_a},
    laws::{
        cases,
        commands::{any_settings, beginning, history, quantity, session},
    },
};

/// A list of the first three days, at `now`.
fn listed(
    world: &World,
    terms: &Terms,
    (duration, quantity): (SlotCount, SeatCount),
    interval: SlotCount,
    now: Timestamp,
) -> Vec<ListedSlot> {
    let query = ListQuery {
        duration,
        quantity,
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

/// What holds have to do with an extent that a session asks for: whether those of others
/// take what bookings leave of its span, and whether they, and the buffers of all, take
/// what is left of the extent. Counted quarter hour by quarter hour.
fn in_the_way(world: &World, terms: &Terms, session: SessionId, extent: Extent) -> (bool, bool) {
    let standing = world.bookings().filter_map(|booking| booking.get());
    let standing = standing.filter(|made| made.stands() && *made.resource() == studio_a());
    let bookings: Vec<_> = standing.map(|made| made.extent()).collect();
    let holds = world.holds().iter();
    let others = holds.filter(|hold| hold.resource == studio_a() && hold.session != session);
    let holds: Vec<_> = others.map(Hold::extent).collect();
    let capacity = u32::from(terms.settings.capacity().get());
    let wanted = u32::from(extent.quantity().get());
    let mut found = (false, false);
    for (day, asked) in extent.days() {
        for slot in asked.all().slots() {
            let of = |mask: fn(Taken) -> SlotMask, claims: &[Extent]| {
                let takes = |claim: &&Extent| mask(claim.on(day)).contains(slot);
                let claims = claims.iter().filter(takes);
                claims
                    .map(|claim| u32::from(claim.quantity().get()))
                    .sum::<u32>()
            };
            let booked = of(|taken| taken.slots, &bookings);
            let held = of(|taken| taken.slots, &holds);
            let all = of(Taken::all, &bookings) + of(Taken::all, &holds);
            found.0 |= asked.slots.contains(slot) && booked + held + wanted > capacity;
            found.1 |= all + wanted > capacity;
        }
    }
    found
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

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn what_is_listed_as_available_and_not_held_can_be_held_and_booked(
        settings in any_settings(),
        history in history(),
        session in session(),
        quantity in quantity(),
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
        let quantity = quantity.min(settings.capacity());
        for slot in listed(&world, &terms, (duration, quantity), interval, now) {
            let own = world.holds().of(&studio_a(), session);
            let own = own.filter(|hold| hold.span == slot.span);
            // Who held in time may book what nobody is offered any more.
            if own.is_some() && slot.unavailable == Some(RejectionKind::Past) {
                continue;
            }
            let extent = terms.settings.extent(slot.span).seats(quantity);
            let (held, near) = in_the_way(&world, &terms, session, extent);
            let expected = expected(&slot, held, near);
            let mut booking = book(session, slot.span);
            booking.quantity = quantity;
            booking.booking = BookingId::from_bits(Partition::new(1), [0xff; 16]);
            let booked = answer(&world, booking, now).err();
            prop_assert_eq!(booked.as_ref().map(Rejection::code), expected, "{}", slot.span);

            if own.is_some() {
                continue;
            }
            let asked = Heartbeat { quantity, ..beat(session, slot.span) };
            let held = answer(&world, asked, now).err();
            prop_assert_eq!(held.as_ref().map(Rejection::code), expected, "{}", slot.span);
        }
    }

    #[test]
    fn as_many_seats_as_are_told_to_be_left_can_be_booked_and_no_more(
        settings in any_settings(),
        history in history(),
    ) {
        let mut world = given([studio(settings.clone())]);
        let mut now = beginning();
        for step in history {
            now = now.plus_ms(step.after_ms);
            let _refused = world.execute(&step.command, now);
        }
        world.execute(&put(settings.clone()).into(), now).unwrap();
        let terms = world.resource(&studio_a()).unwrap().terms().unwrap().clone();
        let hour = minutes(60);
        for seats in 1..=settings.capacity().get() {
            let quantity = SeatCount::new(seats).unwrap();
            for slot in listed(&world, &terms, (hour, quantity), hour, now) {
                prop_assert_eq!(slot.seats_left.is_some(), settings.shows_seats_left());
                let by_others = [None, Some(RejectionKind::Booked), Some(RejectionKind::Buffer)];
                if let Some(left) = slot.seats_left && by_others.contains(&slot.unavailable) {
                    prop_assert_eq!(slot.unavailable.is_none(), seats <= left, "{}", slot.span);
                }
            }
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
    let list = |world| listed(world, &terms, (hour, SeatCount::ONE), hour, beginning());
    assert_eq!(list(&free), list(&held));
    assert_eq!(list(&free).len(), 72);
}
