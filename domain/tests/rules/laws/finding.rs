//! What is found in place of what can't be had.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    alternatives::{ALTERNATIVES_MAX, alternatives, window},
    calendar::{Day, SeatCount, SlotCount, Span, Timestamp},
    facts::{Facts, NotLoaded},
    hours::local_day,
    ids::SessionId,
    listing::{ListQuery, first_free, free_dates, list},
    offer::{DaySlots, Refusal},
    resource::{ResourceSettings, Terms},
    resource_day::{DayTaken, ResourceDay},
};
use proptest::{prelude::*, sample::select};

use crate::{
    harness::{World, given, put, studio, studio_a},
    laws::{
        cases,
        commands::{any_settings, any_span, beginning, history, quantity, session},
    },
};

/// A world after a history, with these settings in the end, and its time.
fn after(
    settings: &ResourceSettings,
    history: Vec<crate::laws::commands::Step>,
) -> (World, Timestamp) {
    let (mut world, mut now) = (given([studio(settings.clone())]), beginning());
    for step in history {
        now = now.plus_ms(step.after_ms);
        let _refused = world.execute(&step.command, now);
    }
    world.execute(&put(settings.clone()).into(), now).unwrap();
    (world, now)
}

fn terms(world: &World) -> Terms {
    world
        .resource(&studio_a())
        .unwrap()
        .terms()
        .unwrap()
        .clone()
}

fn booked(world: &World, day: Day) -> Result<DayTaken, NotLoaded> {
    world
        .day(&studio_a(), day)
        .map(ResourceDay::taken_by_bookings)
}

fn minutes(minutes: u32) -> SlotCount {
    SlotCount::from_minutes(minutes).unwrap()
}

/// What there is of a day for a session that wants so many seats.
fn day_slots(
    world: &World,
    terms: &Terms,
    (session, quantity): (SessionId, SeatCount),
    day: Day,
) -> Result<DaySlots, NotLoaded> {
    let taken = world
        .day(&studio_a(), day)?
        .taken_against(None, Some(session));
    Ok(DaySlots::of(terms, day, quantity, &taken))
}

/// What a session can have that begins in a window: what the rule lets it book.
fn free(
    world: &World,
    terms: &Terms,
    query: &ListQuery,
    now: Timestamp,
    session: SessionId,
) -> Vec<Span> {
    let listed = list(terms, query, now, |day| booked(world, day)).unwrap();
    let may_book = |span: &Span| {
        let extent = terms.settings.extent(*span).seats(query.quantity);
        let day = |day| day_slots(world, terms, (session, query.quantity), day);
        domain::offer::require_available(terms, extent, now, day).is_ok()
    };
    listed
        .into_iter()
        .map(|slot| slot.span)
        .filter(may_book)
        .collect()
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn the_first_that_is_found_is_the_first_that_is_listed_as_available(
        settings in any_settings(),
        history in history(),
        duration in select(vec![60, 120, 300, 2640]),
        quantity in quantity(),
        (from_ms, days) in (0..200_000_000_u64, 0..20_u64),
    ) {
        let (world, now) = after(&settings, history);
        let terms = terms(&world);
        let start = beginning().plus_ms(from_ms);
        let query = ListQuery {
            duration: minutes(duration),
            interval: settings.interval(),
            window: start..start.plus_ms(days * 86_400_000),
            quantity,
        };
        let listed = list(&terms, &query, now, |day| booked(&world, day));
        let found = first_free(&terms, &query, now, |day| booked(&world, day));
        let Ok(listed) = listed else {
            let refused = matches!(&found, Err(Refusal::Rejected(rejection)) if rejection.code() == "quantity_not_offered");
            prop_assert!(refused);
            return Ok(());
        };
        let first = listed.into_iter().find(|slot| slot.unavailable.is_none());
        prop_assert_eq!(found.unwrap(), first.map(|slot| slot.span));
    }

    #[test]
    fn a_date_is_free_when_its_list_has_an_available_start(
        settings in any_settings(),
        history in history(),
        duration in select(vec![60, 120, 300, 2640]),
        quantity in quantity(),
        zone in select(vec!["UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "America/New_York"]),
    ) {
        let (world, now) = after(&settings, history);
        let terms = terms(&world);
        let quantity = quantity.min(settings.capacity());
        let zone = zone.parse().unwrap();
        let first = Day::of(beginning());
        let dates = first..=first.plus(5).unwrap();
        let wanted = (minutes(duration), quantity);
        let free = free_dates(&terms, wanted, (zone, dates.clone()), now, |day| {
            booked(&world, day)
        });
        let expected = dates.start().through(*dates.end()).map(|date| {
            let query = ListQuery {
                duration: minutes(duration),
                interval: settings.interval(),
                window: local_day(zone, date.date()),
                quantity,
            };
            let listed = list(&terms, &query, now, |day| booked(&world, day)).unwrap();
            (date, listed.iter().any(|slot| slot.unavailable.is_none()))
        });
        prop_assert_eq!(free.unwrap(), expected.collect::<BTreeMap<_, _>>());
    }

    #[test]
    fn alternatives_are_the_nearest_that_can_be_had_and_then_shorter_ones(
        settings in any_settings(),
        history in history(),
        wanted in any_span(),
        (session, quantity) in (session(), quantity()),
    ) {
        let (world, now) = after(&settings, history);
        let terms = terms(&world);
        let quantity = quantity.min(settings.capacity());
        let day = |day| day_slots(&world, &terms, (session, quantity), day);
        let found = alternatives(&terms, (wanted, quantity), now, day).unwrap();
        prop_assert!(found.len() <= ALTERNATIVES_MAX);
        let query = |duration, window| ListQuery {
            duration,
            interval: settings.interval(),
            window,
            quantity,
        };
        if !settings.durations().contains(&wanted.length()) {
            prop_assert!(found.iter().all(|span| span.length() < wanted.length()));
            return Ok(());
        }

        let mut near = free(&world, &terms, &query(wanted.length(), window(wanted)), now, session);
        near.retain(|span| *span != wanted);
        near.sort_by_key(|span| {
            let (start, wanted) = (span.start().ms(), wanted.start().ms());
            ((start - wanted).abs(), start < wanted)
        });
        let (same, shorter): (Vec<Span>, Vec<Span>) =
            found.iter().partition(|span| span.length() == wanted.length());
        near.truncate(ALTERNATIVES_MAX - shorter.len());
        prop_assert_eq!(&same, &near);

        let lengths: Vec<SlotCount> = shorter.iter().map(|span| span.length()).collect();
        prop_assert!(lengths.is_sorted_by(|one, other| one > other));
        prop_assert!(shorter.iter().all(|span| span.start() == wanted.start()));
        let all: BTreeSet<Span> = found.iter().copied().collect();
        prop_assert_eq!(all.len(), found.len());
        prop_assert_eq!([same, shorter].concat(), found);
    }
}
