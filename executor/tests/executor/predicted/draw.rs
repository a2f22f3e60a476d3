//! Random commands over few resources, sessions, days and keys, so that they meet;
//! by a seed, so that a failure comes again.

use domain::{
    calendar::{SeatCount, Span},
    command::{Command, Heartbeat, Leave, PutResource, RescheduleBooking},
    decide::Outcome,
    hold::{Hold, Lease},
    ids::{BookingId, HoldId, SessionId},
    resource::LEASE_SHORTEST_MS,
};

use crate::{
    cluster::random_id,
    commands::{HIRE, book_with_key, except, of_seats, remove_exception, session, settings, span},
};

/// The last is never registered.
pub(super) const NAMES: [&str; 4] = ["studio-a", "studio-b", "studio-c", "studio-d"];

/// Minutes that a resource keeps free before and after: mostly none.
const BUFFERS: [(u32, u32); 5] = [(0, 0), (0, 0), (0, 30), (60, 15), (1440, 1440)];

/// Seats that a resource has.
const CAPACITIES: [u16; 5] = [1, 1, 2, 3, 5];

/// Sessions.
const VISITORS: u64 = 4;

/// What is drawn from.
pub(super) struct Draw {
    state: u64,
    pub(super) bookings: Vec<BookingId>,
    pub(super) holds: Vec<Hold>,
}

impl Draw {
    pub(super) const fn new(seed: u64) -> Self {
        Self {
            state: seed,
            bookings: Vec::new(),
            holds: Vec::new(),
        }
    }

    /// `SplitMix64`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % bound
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let count = u64::try_from(from.len()).unwrap();
        if count == 0 {
            return None;
        }
        let index = usize::try_from(self.below(count)).unwrap();
        Some(from[index].clone())
    }

    fn name(&mut self) -> &'static str {
        match self.below(20) {
            0 => NAMES[3],
            nth => NAMES[usize::try_from(nth % 3).unwrap()],
        }
    }

    fn session(&mut self) -> SessionId {
        session(self.below(VISITORS).into())
    }

    /// Of four days; some gone by, some of a length that is not always on offer.
    fn span(&mut self) -> Span {
        let minutes = [15, 15, 60, 60, 60, 120, 120, 300, 1440, HIRE, 45];
        let minutes = self.pick(&minutes).unwrap();
        if self.below(40) == 0 {
            let gone = "2020-01-01T10:00:00Z".parse().unwrap();
            let hour = domain::calendar::SlotCount::from_minutes(60).unwrap();
            return Span::new(gone, hour).unwrap();
        }
        let (day, hour) = (2 + self.below(4), self.below(24));
        span(&format!("{day:02}T{hour:02}:00"), minutes)
    }

    /// The next command.
    pub(super) fn next(&mut self) -> Command {
        match self.below(100) {
            0..25 => self.beat(),
            25..40 => self.renewal(),
            40..48 => self.leave(),
            48..75 => {
                let (name, session) = (self.name(), self.session());
                let (key, span) = (self.below(20).to_string(), self.span());
                of_seats(book_with_key(name, session, span, &key), self.seats())
            }
            75..84 => {
                let bookings = self.bookings.clone();
                let booking = self.pick(&bookings).unwrap_or_else(unknown);
                Command::CancelBooking(booking)
            }
            84..95 => self.reschedule(),
            95 => except(self.name(), self.below(4), self.span()),
            96 => remove_exception(self.name(), self.below(4)),
            97 => Command::RetireResource(self.name().parse().unwrap()),
            _ => {
                let name = NAMES[usize::try_from(self.below(3)).unwrap()];
                let kept = self.pick(&BUFFERS).unwrap();
                let capacity = self.pick(&CAPACITIES).unwrap();
                put(name, self.below(2) == 0, kept, capacity)
            }
        }
    }

    /// How many seats somebody wants: mostly one.
    fn seats(&mut self) -> u16 {
        self.pick(&[1, 1, 1, 1, 2, 3]).unwrap()
    }

    fn lease(&mut self) -> Lease {
        match self.below(4) {
            0 => Lease::Checkout,
            _ => Lease::Presence,
        }
    }

    fn beat(&mut self) -> Command {
        Command::Heartbeat(Heartbeat {
            resource: self.name().parse().unwrap(),
            session: self.session(),
            span: self.span(),
            lease: self.lease(),
            renew: None,
            new_hold: HoldId::new(random_id()),
            quantity: SeatCount::new(self.seats()).unwrap(),
        })
    }

    /// Of a hold that there once was, sometimes as if it were another.
    fn renewal(&mut self) -> Command {
        let holds = self.holds.clone();
        // The latest are the likeliest to live.
        let latest = &holds[holds.len().saturating_sub(8)..];
        let Some(hold) = self.pick(latest) else {
            return self.beat();
        };
        let other = self.below(8) == 0;
        Command::Heartbeat(Heartbeat {
            resource: hold.resource,
            session: hold.session,
            span: if other { self.span() } else { hold.span },
            lease: self.lease(),
            renew: (self.below(4) > 0).then_some(hold.id),
            new_hold: HoldId::new(random_id()),
            quantity: hold.quantity,
        })
    }

    fn leave(&mut self) -> Command {
        let holds = self.holds.clone();
        let named = self.pick(&holds).filter(|_| self.below(2) == 0);
        Command::Leave(match named {
            Some(hold) => Leave {
                resource: hold.resource,
                session: hold.session,
                hold: Some(hold.id),
            },
            None => Leave {
                resource: self.name().parse().unwrap(),
                session: self.session(),
                hold: None,
            },
        })
    }

    fn reschedule(&mut self) -> Command {
        let bookings = self.bookings.clone();
        Command::RescheduleBooking(RescheduleBooking {
            booking: self.pick(&bookings).unwrap_or_else(unknown),
            span: self.span(),
            session: (self.below(2) == 0).then(|| self.session()),
        })
    }

    /// Remembers what later commands may be about.
    pub(super) fn note(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Held(hold) => self.holds.push(hold.clone()),
            Outcome::Booked { booking, .. } => self.bookings.push(booking.id()),
            _ => {}
        }
    }
}

/// A booking that nobody made.
fn unknown() -> BookingId {
    BookingId::from_bits(domain::partition::Partition::new(0), [7; 16])
}

/// A resource: short leases, so that holds end while the test runs, and one length
/// fewer on offer when it is changed; with these minutes free before and after, and so
/// many seats.
pub(super) fn put(
    name: &str,
    changed: bool,
    (before, after): (u32, u32),
    capacity: u16,
) -> Command {
    let mut fields = settings(LEASE_SHORTEST_MS).fields().clone();
    (fields.buffer_before, fields.buffer_after) = (before, after);
    fields.capacity = SeatCount::new(capacity).unwrap();
    if changed {
        fields.durations.retain(|length| length.minutes() != 120);
    }
    Command::PutResource(PutResource {
        resource: name.parse().unwrap(),
        settings: fields.try_into().unwrap(),
    })
}
