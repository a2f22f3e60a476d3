use domain::{
    calendar::{SlotCount, SlotMask, Span, Timestamp},
    hold::Lease,
    ids::{HoldId, SessionId},
    resource_day::{
        HoldExpired, HoldPlaced, HoldReleased, HoldRenewed, ReleaseReason, ResourceDayEvent,
    },
};

use crate::TypedColumns;

/// Minutes of a slot.
const SLOT_MINUTES: u32 = 15;

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
/// any more: which lease it was, how long it could be renewed, whether it was released
/// by leaving or by moving, and how many renewals its end counted. A lease is given as
/// presence, a hold as renewable to the end of its lease, a release as leaving and an
/// end with no renewals; whoever shows these must say that they are not known.
///
/// # Errors
///
/// Why the columns do not tell it, in words.
pub fn read_emptied(
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
        "HoldPlaced" => Ok(ResourceDayEvent::HoldPlaced(HoldPlaced {
            hold_id: hold_id?,
            session_id: SessionId::new(left.column(columns.session_id)?),
            span: left.span()?,
            slots: left.slots()?,
            lease: Lease::default(),
            placed_at: recorded_at,
            lease_expires_at: lease.clone()?,
            renewable_until: lease?,
        })),
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
