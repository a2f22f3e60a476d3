//! What the rules come to, said as plainly as can be: lists of what there is, and
//! times that overlap or do not. It shares no rule with the domain.

use std::collections::BTreeMap;

use domain::{
    booking::ConfirmedBooking,
    calendar::{SeatCount, Span, Timestamp},
    command::{
        AddExceptions, BookSlots, Command, Heartbeat, Leave, PutResource, RescheduleBooking,
    },
    decide::Outcome,
    hold::{Hold, Lease},
    hours::{Exception, When},
    ids::{BookingId, ExceptionId, HoldId, ResourceId, SessionId},
    resource::ResourceSettings,
};

/// Resources, bookings and holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Model {
    pub(super) resources: BTreeMap<ResourceId, Shop>,
    pub(super) bookings: BTreeMap<BookingId, Visit>,
    pub(super) holds: BTreeMap<HoldId, Claim>,
}

/// A resource that is always open, but for some stretches of time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shop {
    pub(super) settings: ResourceSettings,
    pub(super) retired: bool,
    closures: BTreeMap<ExceptionId, Exception>,
}

/// A stretch of time; its end is exclusive.
type Reach = (Timestamp, Timestamp);

/// What a claim on a span takes under these settings.
fn reach(settings: &ResourceSettings, span: Span) -> Reach {
    let ms = |minutes: u32| i64::from(minutes) * 60_000;
    let fields = settings.fields();
    let start = span.start().ms() - ms(fields.buffer_before);
    let end = span.end().ms() + ms(fields.buffer_after);
    (
        Timestamp::from_ms(start).unwrap(),
        Timestamp::from_ms(end).unwrap(),
    )
}

const fn meet(one: Reach, other: Reach) -> bool {
    one.0.ms() < other.1.ms() && other.0.ms() < one.1.ms()
}

/// A booking.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Visit {
    pub(super) resource: ResourceId,
    pub(super) span: Span,
    /// From when to when nobody else may come, buffers included.
    reach: Reach,
    quantity: SeatCount,
    pub(super) cancelled: bool,
    asked: Option<String>,
}

/// A live hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Claim {
    pub(super) resource: ResourceId,
    pub(super) session: SessionId,
    pub(super) span: Span,
    /// From when to when nobody else may come, buffers included.
    reach: Reach,
    quantity: SeatCount,
    pub(super) expires_at: Timestamp,
    lease: Lease,
    renewed_at: Timestamp,
    until: Timestamp,
}

/// What an accepted command leads its sender to believe.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Told {
    Put {
        registered: bool,
    },
    Retired,
    Excepted {
        added: usize,
    },
    NotExcepted,
    Holds {
        id: HoldId,
        claim: Claim,
    },
    Left,
    Booked {
        id: BookingId,
        span: Span,
        cancelled: bool,
        replayed: bool,
    },
    Moved {
        id: BookingId,
        span: Span,
    },
    Cancelled(BookingId),
}

/// What was accepted, or the code of the refusal.
pub(super) type Answer = Result<Told, &'static str>;

impl Model {
    /// Time passes: what was not renewed ends.
    pub(super) fn pass(&mut self, now: Timestamp) {
        self.holds.retain(|_, claim| claim.expires_at > now);
    }

    /// Does what is asked, or says why not and does nothing.
    pub(super) fn answer(&mut self, command: &Command, now: Timestamp) -> Answer {
        match command {
            Command::PutResource(put) => Ok(self.put(put)),
            Command::RetireResource(id) => {
                let shop = self.resources.get_mut(id).ok_or("resource_not_found")?;
                shop.retired = true;
                Ok(Told::Retired)
            }
            Command::AddExceptions(add) => self.except(add),
            Command::RemoveException(remove) => {
                self.open(&remove.resource)?;
                let shop = self.resources.get_mut(&remove.resource);
                shop.unwrap().closures.remove(&remove.exception);
                Ok(Told::NotExcepted)
            }
            Command::Heartbeat(beat) => self.beat(beat, now),
            Command::Leave(leave) => {
                self.leave(leave);
                Ok(Told::Left)
            }
            Command::BookSlots(book) => self.book(book, now),
            Command::RescheduleBooking(moved) => self.reschedule(moved, now),
            Command::CancelBooking(id) => self.cancel(*id, now),
        }
    }

    fn put(&mut self, put: &PutResource) -> Told {
        let before = self.resources.get(&put.resource);
        let shop = Shop {
            settings: put.settings.clone(),
            retired: false,
            closures: before.map(|shop| shop.closures.clone()).unwrap_or_default(),
        };
        let before = self.resources.insert(put.resource.clone(), shop);
        let registered = before.is_none_or(|before| before.retired);
        Told::Put { registered }
    }

    fn except(&mut self, add: &AddExceptions) -> Answer {
        self.open(&add.resource)?;
        let shop = self.resources.get_mut(&add.resource).unwrap();
        let new = |exception: &&Exception| shop.closures.get(&exception.id()) != Some(exception);
        let added = add.exceptions.iter().filter(new).count();
        for exception in &add.exceptions {
            shop.closures.insert(exception.id(), exception.clone());
        }
        Ok(Told::Excepted { added })
    }

    fn leave(&mut self, leave: &Leave) {
        self.holds.retain(|id, claim| {
            let theirs = claim.resource == leave.resource && claim.session == leave.session;
            !(theirs && leave.hold.is_none_or(|named| named == *id))
        });
    }

    fn beat(&mut self, beat: &Heartbeat, now: Timestamp) -> Answer {
        let settings = self.open(&beat.resource)?;
        let own = self
            .holds
            .iter()
            .find(|(_, claim)| claim.resource == beat.resource && claim.session == beat.session);
        let own = own.map(|(id, claim)| (*id, claim.clone()));
        match (beat.renew, own) {
            (Some(named), Some((id, claim))) if named == id => {
                if (claim.span, claim.quantity) == (beat.span, beat.quantity) {
                    return Ok(self.renew(id, claim, beat.lease, &settings, now));
                }
                Err("hold_mismatch")
            }
            (Some(_), _) => Err("hold_lost"),
            (None, Some((id, claim)))
                if (claim.span, claim.quantity) == (beat.span, beat.quantity) =>
            {
                Ok(self.renew(id, claim, beat.lease, &settings, now))
            }
            (None, own) => {
                let wanted = (beat.span, beat.quantity);
                self.can_be_had(&beat.resource, wanted, Some(beat.session), None, now)?;
                if let Some((id, _)) = own {
                    self.holds.remove(&id);
                }
                let until = now.plus_ms(settings.hold_max_ms());
                let claim = Claim {
                    resource: beat.resource.clone(),
                    session: beat.session,
                    span: beat.span,
                    reach: reach(&settings, beat.span),
                    quantity: beat.quantity,
                    expires_at: now.plus_ms(settings.lease_ms(beat.lease)).min(until),
                    lease: beat.lease,
                    renewed_at: now,
                    until,
                };
                self.holds.insert(beat.new_hold, claim.clone());
                Ok(Told::Holds {
                    id: beat.new_hold,
                    claim,
                })
            }
        }
    }

    /// A beat within a third of the lease after the one before changes nothing.
    fn renew(
        &mut self,
        id: HoldId,
        mut claim: Claim,
        lease: Lease,
        settings: &ResourceSettings,
        now: Timestamp,
    ) -> Told {
        let lease_ms = settings.lease_ms(lease);
        let expires_at = now.plus_ms(lease_ms).min(claim.until);
        let fresh = now < claim.renewed_at.plus_ms(lease_ms / 3);
        let same = claim.lease == lease;
        if !(same && (fresh || claim.expires_at == expires_at)) {
            claim.lease = lease;
            claim.expires_at = expires_at;
            claim.renewed_at = now;
        }
        self.holds.insert(id, claim.clone());
        Told::Holds { id, claim }
    }

    fn book(&mut self, book: &BookSlots, now: Timestamp) -> Answer {
        let id = book.booking;
        let asked = book.fingerprint.as_ref().map(|asked| asked.0.clone());
        if let Some(made) = self.bookings.get(&id) {
            if made.asked.is_none() || made.asked != asked {
                return Err("idempotency_key_reused");
            }
            return Ok(told_of(id, made, true));
        }
        let settings = self.open(&book.resource)?;
        let reach = reach(&settings, book.span);
        let wanted = (book.span, book.quantity);
        self.can_be_had(&book.resource, wanted, Some(book.session), None, now)?;
        self.consume(&book.resource, book.session, reach);
        let made = Visit {
            resource: book.resource.clone(),
            span: book.span,
            reach,
            quantity: book.quantity,
            cancelled: false,
            asked,
        };
        let told = told_of(id, &made, false);
        self.bookings.insert(id, made);
        Ok(told)
    }

    fn reschedule(&mut self, moved: &RescheduleBooking, now: Timestamp) -> Answer {
        let (id, span) = (moved.booking, moved.span);
        let booking = self.bookings.get(&id).ok_or("booking_not_found")?;
        let resource = booking.resource.clone();
        if booking.cancelled {
            return Err("booking_cancelled");
        }
        if booking.span != span {
            if booking.span.end() <= now {
                return Err("booking_ended");
            }
            let settings = self.open(&resource)?;
            let reach = reach(&settings, span);
            let wanted = (span, booking.quantity);
            self.can_be_had(&resource, wanted, moved.session, Some(id), now)?;
            if let Some(session) = moved.session {
                self.consume(&resource, session, reach);
            }
            let booking = self.bookings.get_mut(&id).unwrap();
            (booking.span, booking.reach) = (span, reach);
        }
        Ok(Told::Moved { id, span })
    }

    fn cancel(&mut self, id: BookingId, now: Timestamp) -> Answer {
        let booking = self.bookings.get_mut(&id).ok_or("booking_not_found")?;
        if !booking.cancelled && booking.span.end() <= now {
            return Err("booking_ended");
        }
        booking.cancelled = true;
        Ok(Told::Cancelled(id))
    }

    fn open(&self, id: &ResourceId) -> Result<ResourceSettings, &'static str> {
        let shop = self.resources.get(id).ok_or("resource_not_found")?;
        if shop.retired {
            return Err("resource_retired");
        }
        Ok(shop.settings.clone())
    }

    /// Whether others' bookings and holds leave enough seats of the span, and near it.
    fn can_be_had(
        &self,
        resource: &ResourceId,
        (span, wanted): (Span, SeatCount),
        session: Option<SessionId>,
        but: Option<BookingId>,
        now: Timestamp,
    ) -> Result<(), &'static str> {
        let shop = &self.resources[resource];
        if !shop.settings.durations().contains(&span.length()) {
            return Err("duration_not_offered");
        }
        let capacity = shop.settings.capacity();
        if wanted > capacity {
            return Err("quantity_not_offered");
        }
        if span.start() < now {
            return Err("past");
        }
        let closes = |exception: &Exception| match exception.when() {
            When::Stretch { from, to } => *from < span.end() && span.start() < *to,
            When::Date(..) | When::Yearly(..) => panic!("none is drawn"),
        };
        if shop.closures.values().any(closes) {
            return Err("closed");
        }
        let bookings = self.bookings.iter().filter(|(id, visit)| {
            Some(**id) != but && visit.resource == *resource && !visit.cancelled
        });
        let bookings: Vec<_> = bookings.map(|(_, visit)| visit).collect();
        let holds = self
            .holds
            .values()
            .filter(|claim| claim.resource == *resource && Some(claim.session) != session);
        let holds: Vec<_> = holds.collect();
        let ends = |span: Span| (span.start(), span.end());
        let booked = || {
            bookings
                .iter()
                .map(|visit| (ends(visit.span), visit.quantity))
        };
        let held = || holds.iter().map(|claim| (ends(claim.span), claim.quantity));
        let enough = |stretch, others: Vec<_>| {
            most_at_once(stretch, &others) + seats(wanted) <= seats(capacity)
        };
        if !enough(ends(span), booked().collect()) {
            return Err("booked");
        }
        if !enough(ends(span), booked().chain(held()).collect()) {
            return Err("held_by_other");
        }
        let near = bookings.iter().map(|visit| (visit.reach, visit.quantity));
        let near = near.chain(holds.iter().map(|claim| (claim.reach, claim.quantity)));
        if !enough(reach(&shop.settings, span), near.collect()) {
            return Err("buffer");
        }
        Ok(())
    }

    /// The session's own hold goes when it overlaps what the session books.
    fn consume(&mut self, resource: &ResourceId, session: SessionId, booked: Reach) {
        self.holds.retain(|_, claim| {
            let theirs = claim.resource == *resource && claim.session == session;
            !(theirs && meet(claim.reach, booked))
        });
    }
}

fn seats(count: SeatCount) -> u32 {
    count.get().into()
}

/// The most seats that others take at one time within a stretch: at its beginning, or
/// when one of them comes.
fn most_at_once(stretch: Reach, others: &[(Reach, SeatCount)]) -> u32 {
    let begins = others.iter().map(|(other, _)| other.0);
    let times = begins.filter(|time| stretch.0 <= *time && *time < stretch.1);
    let at = |time: Timestamp| {
        let there = others
            .iter()
            .filter(|(other, _)| other.0 <= time && time < other.1);
        there.map(|(_, quantity)| seats(*quantity)).sum::<u32>()
    };
    times.chain([stretch.0]).map(at).max().unwrap_or_default()
}

fn told_of(id: BookingId, made: &Visit, replayed: bool) -> Told {
    Told::Booked {
        id,
        span: made.span,
        cancelled: made.cancelled,
        replayed,
    }
}

impl From<&Hold> for Claim {
    fn from(hold: &Hold) -> Self {
        Self {
            resource: hold.resource.clone(),
            session: hold.session,
            span: hold.span,
            reach: (hold.extent().start(), hold.extent().end()),
            quantity: hold.quantity,
            expires_at: hold.lease_expires_at,
            lease: hold.lease,
            renewed_at: hold.renewed_at,
            until: hold.renewable_until,
        }
    }
}

impl From<&ConfirmedBooking> for Visit {
    fn from(booking: &ConfirmedBooking) -> Self {
        Self {
            resource: booking.resource().clone(),
            span: booking.span,
            reach: (booking.extent().start(), booking.extent().end()),
            quantity: booking.quantity(),
            cancelled: !booking.stands(),
            asked: booking.fingerprint().map(|asked| asked.0.clone()),
        }
    }
}

impl From<&Outcome> for Told {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::ResourcePut { registered, .. } => Self::Put {
                registered: *registered,
            },
            Outcome::ResourceRetired => Self::Retired,
            Outcome::ExceptionsAdded { added } => Self::Excepted { added: added.len() },
            Outcome::ExceptionRemoved => Self::NotExcepted,
            Outcome::Held(hold) => Self::Holds {
                id: hold.id,
                claim: hold.into(),
            },
            Outcome::Left => Self::Left,
            Outcome::Booked { booking, replayed } => {
                told_of(booking.id(), &booking.as_ref().into(), *replayed)
            }
            Outcome::Rescheduled(booking) => Self::Moved {
                id: booking.id(),
                span: booking.span,
            },
            Outcome::Cancelled(booking) => Self::Cancelled(booking.id()),
        }
    }
}
