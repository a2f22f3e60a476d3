//! Events as they are stored: type, version, payload; and the way from any
//! version that was ever stored to the present types.

use serde_json::Value;

use crate::{event::Event, stream::StreamId};

/// A stored payload that no version of ours wrote.
#[derive(Debug, thiserror::Error)]
#[error("{event_type} {event_version} in {stream} does not read")]
pub struct DecodeError {
    /// Where it stands.
    pub stream: StreamId,
    /// Its type.
    pub event_type: String,
    /// Its version.
    pub event_version: String,
    /// What serde says.
    #[source]
    pub source: serde_json::Error,
}

impl Event {
    /// The event's type as stored: its variant's name.
    pub const fn event_type(&self) -> &'static str {
        match self {
            Self::Resource(event) => event.name(),
            Self::ResourceDay(event) => event.name(),
            Self::Booking(event) => event.name(),
        }
    }

    /// The version in which events of this type are written now.
    pub const fn event_version(&self) -> &'static str {
        match self {
            Self::Resource(_) | Self::ResourceDay(_) | Self::Booking(_) => "1.0",
        }
    }

    /// The payload as stored, to the byte.
    ///
    /// # Errors
    ///
    /// None for events of ours: they hold only text, numbers and lists.
    pub fn payload(&self) -> serde_json::Result<String> {
        match self {
            Self::Resource(event) => serde_json::to_string(event),
            Self::ResourceDay(event) => serde_json::to_string(event),
            Self::Booking(event) => serde_json::to_string(event),
        }
    }

    /// Reads a stored event of any version.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the payload is of no version we know.
    pub fn decode(
        stream: &StreamId,
        event_type: &str,
        event_version: &str,
        payload: &str,
    ) -> Result<Self, DecodeError> {
        let decoded = match upcasters_from(event_type, event_version).next() {
            None => present(stream, payload),
            Some(_) => serde_json::from_str(payload)
                .map(|stored| upcast(event_type, event_version, stored))
                .and_then(|payload| present(stream, &payload.to_string())),
        };
        decoded.map_err(|source| DecodeError {
            stream: stream.clone(),
            event_type: event_type.into(),
            event_version: event_version.into(),
            source,
        })
    }
}

fn present(stream: &StreamId, payload: &str) -> serde_json::Result<Event> {
    match stream {
        StreamId::Resource(_) => serde_json::from_str(payload).map(Event::Resource),
        StreamId::ResourceDay(..) => serde_json::from_str(payload).map(Event::ResourceDay),
        StreamId::Booking(_) => serde_json::from_str(payload).map(Event::Booking),
    }
}

/// Takes payloads of one type from one version to the next.
struct Upcaster {
    event_type: &'static str,
    from: &'static str,
    to: &'static str,
    upcast: fn(Value) -> Value,
}

/// Every step that a stored version needs, oldest first. A version that was
/// ever written stays readable: its step is never taken out of this list.
const UPCASTERS: &[Upcaster] = &[];

fn upcasters_from(event_type: &str, version: &str) -> impl Iterator<Item = &'static Upcaster> {
    let mut version = version.to_owned();
    UPCASTERS.iter().filter(move |step| {
        let applies = step.event_type == event_type && step.from == version;
        if applies {
            step.to.clone_into(&mut version);
        }
        applies
    })
}

/// A payload in its present version.
fn upcast(event_type: &str, version: &str, payload: Value) -> Value {
    upcasters_from(event_type, version).fold(payload, |payload, step| (step.upcast)(payload))
}
