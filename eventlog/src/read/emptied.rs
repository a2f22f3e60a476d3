use std::cmp::Ordering;

use domain::{
    calendar::{
        Buffers, Day, SLOT_MINUTES, SeatCount, SlotCount, SlotIndex, SlotMask, Span, Timestamp,
    },
    hold::Lease,
    ids::{HoldId, SessionId},
    resource_day::{
        HoldExpired, HoldPlaced, HoldReleased, HoldRenewed, ReleaseReason, ResourceDayEvent,
    },
    stream::StreamId,
};

use crate::TypedColumns;

/// Whether retention may take the payload from events of this type.
pub fn may_be_emptied(event_type: &str) -> bool {
    matches!(
        event_type,
        "HoldPlaced" | "HoldRenewed" | "HoldReleased" | "HoldExpired"
    )
}

/// What an event whose payload retention has taken still tells, by its columns and its
/// time: all that folds come to the same states by.
///
/// Retention empties it only once the hold has ended, so what is lost concerns nobody
/// any more: what its buffers had of other days, how many seats it took, which lease it
/// was, how long it could be renewed, whether it was released by leaving or by moving, and
/// how many renewals its end counted. A hold is given as of one seat, a lease as presence,
/// a hold as renewable to the end of its lease, a release as leaving and an end with no
/// renewals; whoever shows these must say that they are not known.
///
/// # Errors
///
/// Why the columns do not tell it, in words.
pub fn read_emptied(
    stream: &StreamId,
    event_type: &str,
    columns: &TypedColumns,
    recorded_at: Timestamp,
) -> Result<ResourceDayEvent, String> {
    let left = Left {
        event_type,
        columns,
    };
    let hold_id = left.column(columns.hold_id).map(HoldId::new);
    let lease = left.column(columns.lease_expires_at).map(Timestamp::from);
    match event_type {
        "HoldPlaced" => {
            let (span, taken) = (left.span()?, left.slots()?);
            let day = left.day(stream)?;
            let slots = taken & span.mask_on(day);
            let buffer = taken.without(slots);
            Ok(ResourceDayEvent::HoldPlaced(HoldPlaced {
                hold_id: hold_id?,
                session_id: SessionId::new(left.column(columns.session_id)?),
                span,
                buffers: left.buffers(span, day, buffer)?,
                slots,
                buffer,
                quantity: SeatCount::ONE,
                lease: Lease::default(),
                placed_at: recorded_at,
                lease_expires_at: lease.clone()?,
                renewable_until: lease?,
            }))
        }
        "HoldRenewed" => Ok(ResourceDayEvent::HoldRenewed(HoldRenewed {
            hold_id: hold_id?,
            lease: Lease::default(),
            renewed_at: recorded_at,
            lease_expires_at: lease?,
        })),
        "HoldReleased" => Ok(ResourceDayEvent::HoldReleased(HoldReleased {
            hold_id: hold_id?,
            slots: left.slots()?,
            reason: ReleaseReason::Left,
            lease_expires_at: lease?,
            renewals: 0,
        })),
        "HoldExpired" => Ok(ResourceDayEvent::HoldExpired(HoldExpired {
            hold_id: hold_id?,
            slots: left.slots()?,
            lease_expires_at: lease?,
            renewals: 0,
        })),
        _ => Err(format!("a {event_type} has no payload")),
    }
}

/// What is left of an event.
struct Left<'a> {
    event_type: &'a str,
    columns: &'a TypedColumns,
}

impl Left<'_> {
    fn column<T>(&self, value: Option<T>) -> Result<T, String> {
        value.ok_or_else(|| format!("an emptied {} has lost its columns", self.event_type))
    }

    fn slots(&self) -> Result<SlotMask, String> {
        self.column(self.columns.mask).map(|mask| mask.0)
    }

    fn day(&self, stream: &StreamId) -> Result<Day, String> {
        match stream {
            StreamId::ResourceDay(_, day) => Ok(*day),
            StreamId::Resource(_) | StreamId::Booking(_) => {
                Err(format!("an emptied {} in {stream}", self.event_type))
            }
        }
    }

    /// The buffers whose part on `day` is `buffer`.
    fn buffers(&self, span: Span, day: Day, buffer: SlotMask) -> Result<Buffers, String> {
        let start = span.mask_on(day).first().map_or(0, SlotIndex::get);
        let before = match day.cmp(&span.first_day()) {
            Ordering::Less => buffer,
            Ordering::Equal => buffer & SlotMask::run(SlotIndex::FIRST, start),
            Ordering::Greater => SlotMask::EMPTY,
        };
        let minutes = |slots: SlotMask| slots.count() * SLOT_MINUTES;
        Buffers::from_minutes(minutes(before), minutes(buffer.without(before)))
            .map_err(|error| format!("the buffers of an emptied {}: {error}", self.event_type))
    }

    fn span(&self) -> Result<Span, String> {
        let start = self.column(self.columns.span_start)?;
        let slots = self.column(self.columns.span_slots)?;
        let minutes = u32::try_from(slots)
            .unwrap_or(0)
            .saturating_mul(SLOT_MINUTES);
        let length = SlotCount::from_minutes(minutes);
        let span = length.and_then(|length| Span::new(start.into(), length));
        span.map_err(|error| format!("the span of an emptied {}: {error}", self.event_type))
    }
}
