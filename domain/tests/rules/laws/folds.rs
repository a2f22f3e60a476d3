//! Streams fold whatever their order: history is never refused.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    booking::{AttendeeErased, Booking, BookingCancelled, BookingEvent, BookingRescheduled},
    calendar::{Buffers, SeatCount, SlotIndex, SlotMask, Span, Timestamp},
    event::Event,
    hold::{Lease, LiveHolds},
    hours::Exception,
    ids::{BookingId, HoldId, SessionId},
    partition::Partition,
    resource::{
        ExceptionAdded, ExceptionRemoved, Resource, ResourceChanged, ResourceEvent,
        ResourceRegistered, ResourceRetired, ResourceSettings,
    },
    resource_day::{
        FreedReason, HoldConsumed, HoldExpired, HoldPlaced, HoldReleased, HoldRenewed,
        ReleaseReason, RenewalsCompacted, ResourceDay, ResourceDayEvent, SlotsBooked, SlotsFreed,
    },
    stream::StreamId,
};
use proptest::{collection::vec, prelude::*, sample::select};
use uuid::Uuid;

use crate::{
    harness::{A, NOW, booking_id, confirmation, day, studio_a},
    laws::{
        cases,
        commands::{any_exception, any_settings, any_span, quantity},
    },
};

fn hold_id() -> impl Strategy<Value = HoldId> {
    (0..4_u128).prop_map(|number| HoldId::new(Uuid::from_u128(number)))
}

fn booking() -> impl Strategy<Value = BookingId> {
    (0..4_u8).prop_map(|number| BookingId::from_bits(Partition::new(1), [number; 16]))
}

fn session() -> impl Strategy<Value = SessionId> {
    (0..3_u128).prop_map(|number| SessionId::new(Uuid::from_u128(number)))
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0..100_000_i64).prop_map(|ms| Timestamp::from_ms(ms).unwrap())
}

pub(crate) fn mask() -> impl Strategy<Value = SlotMask> {
    let run = (0..96_u8, 0..40_u8)
        .prop_map(|(first, count)| SlotMask::run(SlotIndex::new(first).unwrap(), count));
    prop_oneof![any::<u128>().prop_map(SlotMask::from_bits), run]
}

fn placed() -> impl Strategy<Value = ResourceDayEvent> {
    (hold_id(), session(), any_span(), mask(), time()).prop_map(
        |(hold_id, session_id, span, slots, time)| {
            ResourceDayEvent::HoldPlaced(HoldPlaced {
                hold_id,
                session_id,
                span,
                slots,
                lease: Lease::Presence,
                placed_at: time,
                lease_expires_at: time.plus_ms(10),
                renewable_until: time.plus_ms(100),
                buffer: SlotMask::EMPTY,
                buffers: Buffers::NONE,
                quantity: SeatCount::ONE,
            })
        },
    )
}

/// The three ways in which a hold ends, and its renewal.
fn of_a_hold() -> impl Strategy<Value = ResourceDayEvent> {
    (0..4_u8, hold_id(), booking(), mask(), time()).prop_map(
        |(kind, hold_id, booking_id, slots, lease_expires_at)| match kind {
            0 => ResourceDayEvent::HoldRenewed(HoldRenewed {
                hold_id,
                lease: Lease::Checkout,
                renewed_at: lease_expires_at,
                lease_expires_at,
            }),
            1 => ResourceDayEvent::HoldReleased(HoldReleased {
                hold_id,
                slots,
                reason: ReleaseReason::Left,
                lease_expires_at,
                renewals: 1,
            }),
            2 => ResourceDayEvent::HoldExpired(HoldExpired {
                hold_id,
                slots,
                lease_expires_at,
                renewals: 1,
            }),
            _ => ResourceDayEvent::HoldConsumed(HoldConsumed {
                hold_id,
                slots,
                booking_id,
                lease_expires_at,
                renewals: 1,
            }),
        },
    )
}

fn of_slots() -> impl Strategy<Value = ResourceDayEvent> {
    let drawn = (any::<bool>(), booking(), mask(), quantity());
    drawn.prop_map(|(books, booking_id, slots, quantity)| {
        if books {
            ResourceDayEvent::SlotsBooked(SlotsBooked {
                booking_id,
                slots,
                buffer: SlotMask::EMPTY,
                quantity,
            })
        } else {
            ResourceDayEvent::SlotsFreed(SlotsFreed {
                booking_id,
                slots,
                reason: FreedReason::Cancelled,
                buffer: SlotMask::EMPTY,
                quantity,
            })
        }
    })
}

fn compacted() -> impl Strategy<Value = ResourceDayEvent> {
    (1..100_u64, 0..100_u64, time()).prop_map(|(first, more, recorded_before)| {
        ResourceDayEvent::RenewalsCompacted(RenewalsCompacted {
            first,
            last: first + more,
            renewals: 1,
            recorded_before,
        })
    })
}

fn day_event() -> impl Strategy<Value = ResourceDayEvent> {
    prop_oneof![placed(), of_a_hold(), of_slots(), compacted()]
}

fn resource_event() -> impl Strategy<Value = ResourceEvent> {
    let at = Timestamp::EPOCH;
    let drawn = (0..6_u8, any_settings(), any_exception());
    drawn.prop_map(move |(kind, settings, exception)| match kind {
        0 => ResourceEvent::ResourceRegistered(ResourceRegistered {
            settings,
            registered_at: at,
        }),
        1 => ResourceEvent::ResourceChanged(ResourceChanged {
            settings,
            changed_at: at,
        }),
        2 => ResourceEvent::ResourceRetired(ResourceRetired { retired_at: at }),
        3 => ResourceEvent::ExceptionRemoved(ExceptionRemoved {
            exception_id: exception.id(),
            removed_at: at,
        }),
        _ => ResourceEvent::ExceptionAdded(ExceptionAdded {
            exception,
            added_at: at,
        }),
    })
}

fn booking_event() -> impl Strategy<Value = BookingEvent> {
    let at = Timestamp::EPOCH;
    (0..4_u8, any_span(), any_span()).prop_map(move |(kind, from, span)| match kind {
        0 => BookingEvent::BookingConfirmed(confirmation(1, A, span, NOW)),
        1 => BookingEvent::BookingRescheduled(BookingRescheduled {
            booking_id: booking_id(1),
            from,
            span,
            rescheduled_at: at,
            buffers: Buffers::NONE,
        }),
        2 => BookingEvent::BookingCancelled(BookingCancelled {
            booking_id: booking_id(1),
            span,
            cancelled_at: at,
        }),
        _ => BookingEvent::AttendeeErased(AttendeeErased {
            booking_id: booking_id(1),
            erased_at: at,
        }),
    })
}

/// What each booking and each hold has of a day, slot by slot.
#[derive(Default)]
struct NaiveDay {
    booked: BTreeMap<BookingId, BTreeSet<u8>>,
    held: BTreeMap<HoldId, Vec<(SessionId, BTreeSet<u8>)>>,
}

fn indices(mask: SlotMask) -> BTreeSet<u8> {
    (0..96)
        .filter(|index| mask.bits() >> index & 1 == 1)
        .collect()
}

impl NaiveDay {
    fn evolve(&mut self, event: &ResourceDayEvent) {
        match event {
            ResourceDayEvent::HoldPlaced(placed) => {
                let held = self.held.entry(placed.hold_id).or_default();
                held.push((placed.session_id, indices(placed.slots)));
            }
            ResourceDayEvent::HoldRenewed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => {}
            ResourceDayEvent::SlotsBooked(booked) => {
                let slots = self.booked.entry(booked.booking_id).or_default();
                slots.extend(indices(booked.slots));
            }
            ResourceDayEvent::SlotsFreed(freed) => {
                self.booked.remove(&freed.booking_id);
            }
            ended => {
                self.held.remove(&ended.hold_id().unwrap());
            }
        }
    }

    fn booked_except(&self, booking: Option<BookingId>) -> BTreeSet<u8> {
        let others = self.booked.iter().filter(|(id, _)| Some(**id) != booking);
        others.flat_map(|(_, slots)| slots.clone()).collect()
    }

    fn held_against(&self, session: Option<SessionId>) -> BTreeSet<u8> {
        let held = self.held.values().flatten();
        let others = held.filter(|(owner, _)| Some(*owner) != session);
        others.flat_map(|(_, slots)| slots.clone()).collect()
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_day_s_masks_are_the_fold_of_its_events(
        events in vec(day_event(), 0..40),
        booking in booking(),
        session in session(),
    ) {
        let (mut state, mut naive) = (ResourceDay::default(), NaiveDay::default());
        for event in &events {
            state.evolve(event);
            naive.evolve(event);
        }
        prop_assert_eq!(indices(state.booked()), naive.booked_except(None));
        prop_assert_eq!(indices(state.booked_except(Some(booking))), naive.booked_except(Some(booking)));
        prop_assert_eq!(indices(state.taken_by(booking).slots), naive.booked.get(&booking).cloned().unwrap_or_default());
        prop_assert_eq!(indices(state.held_against(None)), naive.held_against(None));
        prop_assert_eq!(indices(state.held_against(Some(session))), naive.held_against(Some(session)));
    }

    #[test]
    fn a_day_s_state_is_stored_and_read_back(events in vec(day_event(), 0..20)) {
        let mut state = ResourceDay::default();
        for event in &events {
            state.evolve(event);
        }
        let stored = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<ResourceDay>(&stored).unwrap(), state);
    }

    #[test]
    fn a_booking_is_as_its_last_events_left_it(events in vec(booking_event(), 0..20)) {
        let mut state = Booking::default();
        let mut naive: Option<(Span, bool, bool)> = None;
        for event in &events {
            state.evolve(event);
            naive = match (event, naive) {
                (BookingEvent::BookingConfirmed(made), _) => Some((made.span, true, false)),
                (BookingEvent::BookingRescheduled(moved), Some((_, stands, erased))) => Some((moved.span, stands, erased)),
                (BookingEvent::BookingCancelled(_), Some((span, _, erased))) => Some((span, false, erased)),
                (BookingEvent::AttendeeErased(_), Some((span, stands, _))) => Some((span, stands, true)),
                (_, None) => None,
            };
        }
        let is = state.get().map(|booking| (booking.span, booking.stands(), booking.is_erased()));
        prop_assert_eq!(is, naive);
        let stored = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<Booking>(&stored).unwrap(), state);
    }

    #[test]
    fn a_resource_is_as_its_last_events_left_it(events in vec(resource_event(), 0..20)) {
        let mut state = Resource::default();
        let mut naive: (Option<ResourceSettings>, bool) = (None, false);
        let mut exceptions: Vec<Exception> = Vec::new();
        for event in &events {
            state.evolve(event);
            match event {
                ResourceEvent::ResourceRegistered(now) => naive = (Some(now.settings.clone()), true),
                ResourceEvent::ResourceChanged(now) => naive = (Some(now.settings.clone()), true),
                ResourceEvent::ResourceRetired(_) => naive.1 = false,
                // What nobody registered has no hours to which there are exceptions.
                ResourceEvent::ExceptionAdded(_) | ResourceEvent::ExceptionRemoved(_) if naive.0.is_none() => {}
                ResourceEvent::ExceptionAdded(added) => {
                    exceptions.retain(|known| known.id() != added.exception.id());
                    exceptions.push(added.exception.clone());
                }
                ResourceEvent::ExceptionRemoved(removed) => {
                    exceptions.retain(|known| known.id() != removed.exception_id);
                }
            }
        }
        prop_assert_eq!(state.settings(), naive.0.as_ref());
        let known = state.terms().map(|terms| terms.exceptions.iter().cloned().collect::<Vec<_>>());
        prop_assert_eq!(known.unwrap_or_default(), exceptions);
        prop_assert_eq!(matches!(state, Resource::Open(_)), naive.1);
        let stored = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<Resource>(&stored).unwrap(), state);
    }

    #[test]
    fn the_index_of_holds_agrees_with_itself_after_any_events(
        events in vec((select(vec!["2026-11-23", "2026-11-24"]), day_event()), 0..40),
        now in time(),
    ) {
        let mut holds = LiveHolds::default();
        for (date, event) in events {
            let stream = StreamId::ResourceDay(studio_a(), day(date));
            holds.apply(&stream, &Event::from(event));
        }
        prop_assert_eq!(holds.iter().count(), holds.len());
        prop_assert_eq!(holds.is_empty(), holds.next_lease().is_none());
        prop_assert_eq!(holds.next_lease(), holds.iter().map(|hold| hold.lease_expires_at).min());
        let due: Vec<_> = holds.due(now).map(|hold| hold.lease_expires_at).collect();
        prop_assert!(due.is_sorted() && due.iter().all(|expires| *expires <= now));
        prop_assert_eq!(due.len(), holds.iter().filter(|hold| hold.is_due(now)).count());
        for hold in holds.iter() {
            prop_assert_eq!(holds.get(hold.id), Some(hold));
            let owned = holds.of(&hold.resource, hold.session);
            prop_assert!(owned.is_none_or(|owned| owned.session == hold.session));
        }
    }
}
