//! What the rules come to, said as plainly as can be: lists of what there is, and
//! times that overlap or do not. It shares no rule with the domain.

use std::collections::BTreeMap;

use domain::{
    booking::ConfirmedBooking,
    calendar::{Span, Timestamp},
    command::{
        AddExceptions, Asker, BookSlots, CancelBooking, Command, Heartbeat, Leave, PutResource,
        RescheduleBooking,
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
            Command::CancelBooking(cancel) => self.cancel(*cancel, now),
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
                if claim.span == beat.span {
                    return Ok(self.renew(id, claim, beat.lease, &settings, now));
                }
                Err("hold_mismatch")
            }
            (Some(_), _) => Err("hold_lost"),
            (None, Some((id, claim))) if claim.span == beat.span => {
                Ok(self.renew(id, claim, beat.lease, &settings, now))
            }
            (None, own) => {
                self.can_be_had(&beat.resource, beat.span, Some(beat.session), None, now)?;
                if let Some((id, _)) = own {
                    self.holds.remove(&id);
                }
                let until = now.plus_ms(settings.hold_max_ms());
                let claim = Claim {
                    resource: beat.resource.clone(),
                    session: beat.session,
                    span: beat.span,
                    reach: reach(&settings, beat.span),
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
        self.can_be_had(&book.resource, book.span, Some(book.session), None, now)?;
        self.consume(&book.resource, book.session, reach);
        let made = Visit {
            resource: book.resource.clone(),
            span: book.span,
            reach,
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
            let notice = settings.fields().change_notice;
            in_time(booking.span.start(), (notice, moved.asker), now)?;
            let reach = reach(&settings, span);
            self.can_be_had(&resource, span, moved.session, Some(id), now)?;
            if let Some(session) = moved.session {
                self.consume(&resource, session, reach);
            }
            let booking = self.bookings.get_mut(&id).unwrap();
            (booking.span, booking.reach) = (span, reach);
        }
        Ok(Told::Moved { id, span })
    }

    fn cancel(&mut self, cancel: CancelBooking, now: Timestamp) -> Answer {
        let id = cancel.booking;
        let booking = self.bookings.get_mut(&id).ok_or("booking_not_found")?;
        if !booking.cancelled {
            if booking.span.end() <= now {
                return Err("booking_ended");
            }
            let notice = self.resources[&booking.resource].settings.fields();
            let notice = (notice.cancel_notice, cancel.asker);
            in_time(booking.span.start(), notice, now)?;
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

    /// Whether nobody else's booking or hold overlaps the span, or comes too near.
    fn can_be_had(
        &self,
        resource: &ResourceId,
        span: Span,
        session: Option<SessionId>,
        but: Option<BookingId>,
        now: Timestamp,
    ) -> Result<(), &'static str> {
        let shop = &self.resources[resource];
        if !shop.settings.durations().contains(&span.length()) {
            return Err("duration_not_offered");
        }
        let asked_again = but.is_some_and(|id| self.bookings[&id].span.start() == span.start());
        let holds_it = self.holds.values().any(|claim| {
            claim.resource == *resource && Some(claim.session) == session && claim.span == span
        });
        if !asked_again && !holds_it {
            may_begin(&shop.settings, span.start(), now)?;
        }
        let closes = |exception: &Exception| match exception.when() {
            When::Stretch { from, to } => *from < span.end() && span.start() < *to,
            When::Date(..) | When::Yearly(..) => panic!("none is drawn"),
        };
        if shop.closures.values().any(closes) {
            return Err("closed");
        }
        let meets = |other: Span| meet((span.start(), span.end()), (other.start(), other.end()));
        let bookings = || {
            self.bookings.iter().filter(|(id, visit)| {
                Some(**id) != but && visit.resource == *resource && !visit.cancelled
            })
        };
        if bookings().any(|(_, visit)| meets(visit.span)) {
            return Err("booked");
        }
        let holds = || {
            self.holds
                .values()
                .filter(|claim| claim.resource == *resource && Some(claim.session) != session)
        };
        if holds().any(|claim| meets(claim.span)) {
            return Err("held_by_other");
        }
        let own = reach(&shop.settings, span);
        let near = bookings().any(|(_, visit)| meet(own, visit.reach))
            || holds().any(|claim| meet(own, claim.reach));
        if near {
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

/// Whether a start may be asked for.
fn may_begin(
    settings: &ResourceSettings,
    start: Timestamp,
    now: Timestamp,
) -> Result<(), &'static str> {
    if start < now {
        return Err("past");
    }
    let fields = settings.fields();
    if start.ms() < now.ms() + i64::from(fields.book_notice) * 60_000 {
        return Err("notice_too_short");
    }
    let last = fields.last_day.expect("one is always drawn").to_string();
    if start.to_string()[..10] > last[..] {
        return Err("beyond_horizon");
    }
    Ok(())
}

/// Whether who asks may still change what begins then.
fn in_time(
    start: Timestamp,
    (notice, asker): (u32, Asker),
    now: Timestamp,
) -> Result<(), &'static str> {
    let late = notice > 0 && start.ms() < now.ms() + i64::from(notice) * 60_000;
    match asker {
        Asker::Visitor if late => Err("too_late_to_change"),
        Asker::Visitor | Asker::Operator => Ok(()),
    }
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
