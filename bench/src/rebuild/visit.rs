use std::collections::HashMap;

use domain::{
    booking::{BookingCancelled, BookingConfirmed, BookingEvent, BookingRescheduled},
    calendar::{Buffers, Day, SeatCount, SlotCount, SlotIndex, SlotMask, Span, Timestamp},
    event::Event,
    hold::{Hold, Lease},
    ids::{BookingId, HoldId, ResourceId, SessionId},
    partition::Partition,
    resource_day::{
        FreedReason, HoldConsumed, HoldExpired, HoldPlaced, HoldRenewed, ResourceDayEvent,
        SlotsBooked, SlotsFreed,
    },
    stream::StreamId,
};
use eventlog::{Actor, AttendeeCipher, Batch, Metadata, PendingEvent};
use uuid::Uuid;

use crate::{Outcome, draw::Dice, ours::ATTENDEE};

/// How long a lease lasts.
const LEASE_MS: u64 = 10_000;
/// Until when a hold can be renewed.
const RENEWABLE_MS: u64 = 900_000;
/// What a visit books, or would.
const MINUTES: u32 = 120;
/// Every so many hours of a day there is one: what is moved by an hour meets none.
const EVERY_HOURS: u8 = 4;
/// Visits of a day.
pub(super) const VISITS_A_DAY: u8 = 24 / EVERY_HOURS;

/// How a visit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Leaves,
    Books,
    Cancels,
    Moves,
}

/// The last sequences of streams.
pub(super) type Sequences = HashMap<StreamId, u64>;

/// Somebody who holds two hours of a resource's day and mostly books them.
pub(super) struct Visit {
    hold: Hold,
    booking: BookingId,
    day: Day,
    ending: Ending,
}

/// What the visits of one batch do.
pub(super) struct Step<'a> {
    pub(super) batch: &'a mut Batch,
    pub(super) sequences: &'a mut Sequences,
    pub(super) cipher: &'a AttendeeCipher,
}

impl Visit {
    /// The `nth` visit of a day, begun at `now`.
    pub(super) fn new(
        dice: &mut Dice,
        partition: Partition,
        resource: &ResourceId,
        (day, nth): (Day, u8),
        now: Timestamp,
    ) -> Outcome<Self> {
        let ending = match dice.below(20) {
            0..3 => Ending::Leaves,
            3..5 => Ending::Cancels,
            5 => Ending::Moves,
            _ => Ending::Books,
        };
        let bits = dice.bits_128();
        let first = SlotIndex::at(nth * EVERY_HOURS, 0)?;
        let hold = Hold {
            id: HoldId::new(Uuid::from_u128(dice.bits_128())),
            resource: resource.clone(),
            session: SessionId::new(Uuid::from_u128(bits)),
            span: Span::new(day.at(first), SlotCount::from_minutes(MINUTES)?)?,
            lease: Lease::Presence,
            placed_at: now,
            renewed_at: now,
            lease_expires_at: now.plus_ms(LEASE_MS),
            renewable_until: now.plus_ms(RENEWABLE_MS),
            renewals: 0,
            buffers: Buffers::NONE,
            quantity: SeatCount::ONE,
        };
        Ok(Self {
            hold,
            booking: BookingId::from_bits(partition, bits.to_be_bytes()),
            day,
            ending,
        })
    }

    /// The hold is placed.
    pub(super) fn place(&self, step: &mut Step<'_>) {
        let placed = HoldPlaced::of(&self.hold, self.hold.extent().on(self.day));
        self.on_day(step, "Heartbeat", ResourceDayEvent::HoldPlaced(placed));
    }

    /// The hold is renewed.
    pub(super) fn renew(&mut self, step: &mut Step<'_>) {
        let now = step.batch.recorded_at;
        let renewed = HoldRenewed {
            hold_id: self.hold.id,
            lease: Lease::Presence,
            renewed_at: now,
            lease_expires_at: now.plus_ms(LEASE_MS),
        };
        self.hold = renewed.renew(&self.hold);
        self.on_day(step, "Heartbeat", ResourceDayEvent::HoldRenewed(renewed));
    }

    /// A booking takes the hold's place, unless nobody books.
    pub(super) fn book(&self, step: &mut Step<'_>) -> Outcome<()> {
        if self.ending == Ending::Leaves {
            return Ok(());
        }
        let (attendee, key) = step.cipher.seal(self.booking, ATTENDEE)?;
        step.batch.keys.push((self.booking, key));
        let slots = self.hold.span.mask_on(self.day);
        let consumed = ResourceDayEvent::HoldConsumed(HoldConsumed {
            hold_id: self.hold.id,
            slots,
            booking_id: self.booking,
            lease_expires_at: self.hold.lease_expires_at,
            renewals: self.hold.renewals,
        });
        self.on_day(step, "BookSlots", consumed);
        self.booked(step, "BookSlots", self.hold.span);
        let confirmed = BookingEvent::BookingConfirmed(BookingConfirmed {
            booking_id: self.booking,
            resource_id: self.hold.resource.clone(),
            session_id: self.hold.session,
            span: self.hold.span,
            attendee,
            fingerprint: None,
            confirmed_at: step.batch.recorded_at,
            buffers: Buffers::NONE,
            quantity: SeatCount::ONE,
        });
        self.on_booking(step, "BookSlots", confirmed);
        Ok(())
    }

    /// What comes of it later: nothing, for most.
    pub(super) fn end(&self, step: &mut Step<'_>) -> Outcome<()> {
        let (span, now) = (self.hold.span, step.batch.recorded_at);
        match self.ending {
            Ending::Books => {}
            Ending::Leaves => {
                let expired = ResourceDayEvent::HoldExpired(HoldExpired {
                    hold_id: self.hold.id,
                    slots: span.mask_on(self.day),
                    lease_expires_at: self.hold.lease_expires_at,
                    renewals: self.hold.renewals,
                });
                self.on_day(step, "ExpireHolds", expired);
            }
            Ending::Cancels => {
                self.freed(step, "CancelBooking", FreedReason::Cancelled);
                let cancelled = BookingEvent::BookingCancelled(BookingCancelled {
                    booking_id: self.booking,
                    span,
                    cancelled_at: now,
                });
                self.on_booking(step, "CancelBooking", cancelled);
            }
            Ending::Moves => {
                self.freed(step, "RescheduleBooking", FreedReason::Rescheduled);
                let later = Span::new(span.start().plus_ms(3_600_000), span.length())?;
                self.booked(step, "RescheduleBooking", later);
                let moved = BookingEvent::BookingRescheduled(BookingRescheduled {
                    booking_id: self.booking,
                    from: span,
                    span: later,
                    rescheduled_at: now,
                    buffers: Buffers::NONE,
                });
                self.on_booking(step, "RescheduleBooking", moved);
            }
        }
        Ok(())
    }

    fn booked(&self, step: &mut Step<'_>, causation: &str, span: Span) {
        let booked = ResourceDayEvent::SlotsBooked(SlotsBooked {
            booking_id: self.booking,
            slots: span.mask_on(self.day),
            buffer: SlotMask::EMPTY,
            quantity: SeatCount::ONE,
        });
        self.on_day(step, causation, booked);
    }

    fn freed(&self, step: &mut Step<'_>, causation: &str, reason: FreedReason) {
        let freed = ResourceDayEvent::SlotsFreed(SlotsFreed {
            booking_id: self.booking,
            slots: self.hold.span.mask_on(self.day),
            reason,
            buffer: SlotMask::EMPTY,
            quantity: SeatCount::ONE,
        });
        self.on_day(step, causation, freed);
    }

    fn on_day(&self, step: &mut Step<'_>, causation: &str, event: ResourceDayEvent) {
        let stream = StreamId::ResourceDay(self.hold.resource.clone(), self.day);
        self.push(step, causation, stream, event.into());
    }

    fn on_booking(&self, step: &mut Step<'_>, causation: &str, event: BookingEvent) {
        self.push(
            step,
            causation,
            StreamId::Booking(self.booking),
            event.into(),
        );
    }

    fn push(&self, step: &mut Step<'_>, causation: &str, stream: StreamId, event: Event) {
        let sequence = step.sequences.entry(stream.clone()).or_default();
        *sequence += 1;
        step.batch.events.push(PendingEvent {
            stream,
            sequence: *sequence,
            event,
            metadata: Metadata {
                actor: Actor::Session(self.hold.session),
                request_id: Some(Uuid::from_u128(self.booking.uuid().as_u128() ^ 1).to_string()),
                causation: causation.into(),
            },
            resource: self.hold.resource.clone(),
        });
    }
}
