use bytes::Bytes;
use domain::{
    calendar::{Buffers, Day, SeatCount, SlotIndex, SlotMask, Timestamp},
    ids::{HoldId, ResourceId},
    resource::Resource,
};
use eventlog::GlobalPosition;
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};

use super::{
    day::{DayState, SeatsLeft},
    resource::SeatTerms,
};

/// What of a day a frame tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// What is booked.
    Availability,
    /// What is held.
    Presence,
}

impl Kind {
    /// Both, in the order in which they are sent.
    pub(super) const ALL: [Self; 2] = [Self::Availability, Self::Presence];
}

/// The whole state of a day as a server-sent event, ready to send. It has no id:
/// one that named this day's change would lose the rest of a round that is cut.
pub(super) fn render(
    kind: Kind,
    resource: &ResourceId,
    state: &DayState,
    terms: SeatTerms,
) -> Bytes {
    match kind {
        Kind::Availability => {
            let told = state.told(terms);
            event(
                "availability",
                &Availability {
                    resource_id: resource,
                    date: state.day,
                    busy_slots: Slots(told.busy),
                    buffer_slots: Slots(told.buffer),
                    capacity: told.seats_left.as_ref().map(|left| left.capacity),
                    seats_left: told.seats_left.map(Left),
                },
            )
        }
        Kind::Presence => event(
            "presence",
            &Presence {
                resource_id: resource,
                date: state.day,
                holds: state.holds.iter().map(Held::of).collect(),
            },
        ),
    }
}

/// What a resource is like, and the position of its last event, from which on an
/// answer about it shows it so.
pub(super) fn render_resource(id: &ResourceId, resource: &Resource, at: GlobalPosition) -> Bytes {
    let status = match resource {
        Resource::Unknown => "unknown",
        Resource::Open(_) => "open",
        Resource::Retired(_) => "retired",
    };
    event(
        "resource",
        &Changed {
            resource_id: id,
            status,
            position: at.to_string(),
        },
    )
}

fn event(name: &str, data: &impl Serialize) -> Bytes {
    let mut text = format!("event: {name}\ndata: ").into_bytes();
    serde_json::to_writer(&mut text, data).expect("text, numbers and lists are JSON");
    text.extend_from_slice(b"\n\n");
    text.into()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Availability<'a> {
    resource_id: &'a ResourceId,
    date: Day,
    busy_slots: Slots,
    #[serde(skip_serializing_if = "Slots::are_none")]
    buffer_slots: Slots,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<SeatCount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seats_left: Option<Left>,
}

/// How many seats are left by slot, where some are taken.
struct Left(SeatsLeft);

impl Serialize for Left {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (slot, left) in self.0.slots() {
            map.serialize_entry(&slot.get(), &left)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Presence<'a> {
    resource_id: &'a ResourceId,
    date: Day,
    holds: Vec<Held>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed<'a> {
    resource_id: &'a ResourceId,
    status: &'static str,
    position: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Held {
    hold_id: HoldId,
    start: Timestamp,
    end: Timestamp,
    #[serde(skip_serializing_if = "Buffers::is_none")]
    buffers: Buffers,
    slots: Slots,
    #[serde(skip_serializing_if = "Slots::are_none")]
    buffer_slots: Slots,
    #[serde(skip_serializing_if = "SeatCount::is_one")]
    quantity: SeatCount,
}

impl Held {
    fn of(held: &super::day::HeldSpan) -> Self {
        Self {
            hold_id: held.hold_id,
            start: held.span.start(),
            end: held.span.end(),
            buffers: held.buffers,
            slots: Slots(held.slots),
            buffer_slots: Slots(held.buffer),
            quantity: held.quantity,
        }
    }
}

/// Slots as a list of their indices.
struct Slots(SlotMask);

impl Slots {
    const fn are_none(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Slots {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.count() as usize))?;
        for slot in self.0.slots() {
            list.serialize_element(&SlotIndex::get(slot))?;
        }
        list.end()
    }
}
