//! Random histories.

use domain::{
    calendar::{SlotCount, Span},
    command::{Asker, BookSlots, Command, Heartbeat, Leave, RescheduleBooking},
    hold::Lease,
    ids::{BookingId, HoldId, ResourceId, SessionId},
};
use eventlog::Position;
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

use super::{World, at, book_of, put, put_with, put_with_buffers};

/// One thing that somebody tries. Numbers choose among few, so that tries meet.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Put {
        resource: u8,
        name: u8,
    },
    Retire {
        resource: u8,
    },
    Beat {
        resource: u8,
        session: u8,
        span: (u16, u8),
        lease: Lease,
    },
    /// A beat for what somebody holds already.
    Renew {
        nth: usize,
    },
    Leave {
        resource: u8,
        session: u8,
    },
    Book {
        resource: u8,
        session: u8,
        span: (u16, u8),
    },
    Cancel {
        nth: usize,
    },
    Reschedule {
        nth: usize,
        span: (u16, u8),
    },
    Pass {
        ms: u64,
    },
}

/// Some such things, in order.
pub(crate) fn steps(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Step>> {
    vec(step(), count)
}

fn step() -> impl Strategy<Value = Step> {
    let (resource, session) = (0..3_u8, 0..4_u8);
    // Starts over four days, in quarter hours.
    let span = || (0..384_u16, 0..5_u8);
    let lease = prop_oneof![4 => Just(Lease::Presence), 1 => Just(Lease::Checkout)];
    let beat = (resource.clone(), session.clone(), span(), lease);
    prop_oneof![
        1 => (resource.clone(), 0..3_u8)
            .prop_map(|(resource, name)| Step::Put { resource, name }),
        1 => resource.clone().prop_map(|resource| Step::Retire { resource }),
        8 => beat.prop_map(|(resource, session, span, lease)| {
            Step::Beat { resource, session, span, lease }
        }),
        8 => any::<usize>().prop_map(|nth| Step::Renew { nth }),
        2 => (resource.clone(), session.clone())
            .prop_map(|(resource, session)| Step::Leave { resource, session }),
        8 => (resource, session, span())
            .prop_map(|(resource, session, span)| Step::Book { resource, session, span }),
        3 => any::<usize>().prop_map(|nth| Step::Cancel { nth }),
        3 => (any::<usize>(), span()).prop_map(|(nth, span)| Step::Reschedule { nth, span }),
        6 => (0..4_000_u64).prop_map(|ms| Step::Pass { ms }),
    ]
}

/// Minutes before and after by the number of a resource, and of the name it gets later.
const BUFFERS: [(u32, u32); 3] = [(0, 0), (0, 45), (180, 15)];

/// Minutes of each notice by the number of the name it gets later: a day begins before some
/// spans do.
const NOTICES: [u32; 3] = [0, 2_000, 60];

fn resource(number: u8) -> ResourceId {
    format!("resource-{number}").parse().unwrap()
}

fn session(number: u8) -> SessionId {
    SessionId::new(Uuid::from_u128(0x5e55 + u128::from(number)))
}

fn span((quarter, length): (u16, u8)) -> Span {
    let start = at("2026-11-24T00:00:00Z").plus_ms(u64::from(quarter) * 900_000);
    let minutes = [15, 60, 120, 300, 2_640][usize::from(length)];
    Span::new(start, SlotCount::from_minutes(minutes).unwrap()).unwrap()
}

/// Lives through `steps`, those that a rule refuses too.
pub(crate) async fn history(world: &mut World, steps: &[Step]) {
    for number in 0..3 {
        let buffers = BUFFERS[usize::from(number)];
        let put = put_with_buffers(&resource(number), "at first", buffers);
        world.does(put).await;
    }
    let mut bookings = Vec::new();
    for step in steps {
        world.steps += 1;
        live(world, step, &mut bookings).await;
    }
}

/// Books what nothing in a history ever covers, the last hour of 2026-11-29, so
/// that every viewer of that day sees that the history is over.
pub(crate) async fn marker(world: &mut World, id: &ResourceId) -> Position {
    world.does(put(id, "marked")).await;
    let start = at("2026-11-29T23:00:00Z");
    let span = Span::new(start, SlotCount::from_minutes(60).unwrap()).unwrap();
    let booking = BookingId::from_bits(world.log.partition_of(id), [0xff; 16]);
    world.does(book_of(id, session(9), span, booking)).await
}

/// The renewal of one of the live holds, if there is any.
fn renewal(world: &World, nth: usize) -> Option<Command> {
    let mut holds: Vec<_> = world.streams().holds.iter().collect();
    holds.sort_by_key(|hold| hold.id);
    let hold = holds.get(nth % holds.len().max(1))?;
    Some(Command::Heartbeat(Heartbeat {
        resource: hold.resource.clone(),
        session: hold.session,
        span: hold.span,
        lease: hold.lease,
        renew: Some(hold.id),
        new_hold: hold.id,
    }))
}

/// What the settings of this number say beside their name.
fn rules(nth: usize) -> serde_json::Value {
    let (before, after) = BUFFERS[nth];
    serde_json::json!({
        "bufferBefore": before,
        "bufferAfter": after,
        "bookNotice": NOTICES[nth],
        "changeNotice": NOTICES[nth],
        "cancelNotice": NOTICES[nth],
        "horizonDays": 7,
    })
}

/// Lives through one step, whose new ids have its number.
async fn live(world: &mut World, step: &Step, bookings: &mut Vec<BookingId>) {
    let number = world.steps;
    let chosen = |nth: usize| bookings.get(nth % bookings.len().max(1)).copied();
    let command = match step.clone() {
        Step::Put { resource: of, name } => {
            let rules = rules(usize::from(name));
            let name = format!("name {name}");
            Some(put_with(&resource(of), &name, &rules))
        }
        Step::Retire { resource: of } => Some(Command::RetireResource(resource(of))),
        Step::Beat {
            resource: of,
            session: by,
            span: at,
            lease,
        } => Some(Command::Heartbeat(Heartbeat {
            resource: resource(of),
            session: session(by),
            span: span(at),
            lease,
            renew: None,
            new_hold: HoldId::new(Uuid::from_u128(0x401d_0000 + number)),
        })),
        Step::Renew { nth } => renewal(world, nth),
        Step::Leave {
            resource: of,
            session: by,
        } => Some(Command::Leave(Leave {
            resource: resource(of),
            session: session(by),
            hold: None,
        })),
        Step::Book {
            resource: of,
            session: by,
            span: at,
        } => {
            let partition = world.log.partition_of(&resource(of));
            let booking = BookingId::from_bits(partition, (number << 64).to_be_bytes());
            bookings.push(booking);
            Some(Command::BookSlots(BookSlots {
                resource: resource(of),
                session: session(by),
                span: span(at),
                booking,
                attendee: domain::booking::SealedAttendee(format!("sealed {number}")),
                fingerprint: None,
            }))
        }
        Step::Cancel { nth } => chosen(nth).map(|booking| Command::cancel(booking, Asker::Visitor)),
        Step::Reschedule { nth, span: to } => chosen(nth).map(|booking| {
            Command::RescheduleBooking(RescheduleBooking {
                booking,
                span: span(to),
                session: None,
                asker: Asker::Visitor,
            })
        }),
        Step::Pass { ms } => {
            world.now = world.now.plus_ms(ms);
            None
        }
    };
    if let Some(command) = command {
        world.tries(&command).await;
    }
}

/// A history in which something of everything happens, always the same.
pub(crate) fn some_steps() -> Vec<Step> {
    let beat = |session, quarter| Step::Beat {
        resource: 0,
        session,
        span: (quarter, 1),
        lease: Lease::Presence,
    };
    let book = |session, span| Step::Book {
        resource: 0,
        session,
        span,
    };
    vec![
        beat(0, 40),
        beat(1, 60),
        Step::Pass { ms: 4_000 },
        beat(0, 40),
        book(0, (40, 1)),
        book(2, (100, 4)),
        Step::Put {
            resource: 1,
            name: 2,
        },
        beat(3, 310),
        Step::Cancel { nth: 0 },
        Step::Reschedule {
            nth: 1,
            span: (150, 4),
        },
        Step::Leave {
            resource: 0,
            session: 1,
        },
        Step::Pass { ms: 3_000 },
        beat(3, 310),
        beat(2, 340),
        Step::Retire { resource: 2 },
    ]
}
