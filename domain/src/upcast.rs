//! Events as they are stored: type, version, payload; and the way from any
//! version that was ever stored to the present types.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::{
    booking::BookingEvent, event::Event, resource::ResourceEvent, resource_day::ResourceDayEvent,
    stream::StreamId,
};

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
    /// The types of all events.
    pub const TYPES: [&'static str; 18] = [
        "ResourceRegistered",
        "ResourceChanged",
        "ResourceRetired",
        "ExceptionAdded",
        "ExceptionRemoved",
        "HoldPlaced",
        "HoldRenewed",
        "HoldReleased",
        "HoldExpired",
        "HoldConsumed",
        "SlotsBooked",
        "SlotsFreed",
        "RenewalsCompacted",
        "HoldsCompacted",
        "BookingConfirmed",
        "BookingRescheduled",
        "BookingCancelled",
        "AttendeeErased",
    ];

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
            Self::Resource(event) => event.version(),
            Self::ResourceDay(event) => event.version(),
            Self::Booking(event) => event.version(),
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
    /// [`DecodeError`] when we know no such type or version, or the payload is
    /// not of that type and version.
    pub fn decode(
        stream: &StreamId,
        event_type: &str,
        event_version: &str,
        payload: &str,
    ) -> Result<Self, DecodeError> {
        let decoded = read(UPCASTERS, stream, (event_type, event_version), payload);
        decoded.map_err(|source| DecodeError {
            stream: stream.clone(),
            event_type: event_type.into(),
            event_version: event_version.into(),
            source,
        })
    }
}

/// Takes payloads of one type from one version to the next.
struct Upcaster {
    event_type: &'static str,
    from: &'static str,
    to: &'static str,
    upcast: fn(Value) -> Value,
}

/// Every step that a stored version needs. A version that was ever written
/// stays readable: its step is never taken out of this list.
const UPCASTERS: &[Upcaster] = &[];

/// Reads a payload by way of the steps that its version needs; mostly none.
fn read(
    upcasters: &[Upcaster],
    stream: &StreamId,
    (event_type, mut version): (&str, &str),
    payload: &str,
) -> serde_json::Result<Event> {
    let step_from = |version: &str| {
        let mut upcasters = upcasters.iter();
        upcasters.find(|step| (step.event_type, step.from) == (event_type, version))
    };
    let event = if step_from(version).is_none() {
        let mut reader = serde_json::Deserializer::from_str(payload);
        let event = present(stream, &mut reader)?;
        reader.end()?;
        event
    } else {
        let mut stored = serde_json::from_str(payload)?;
        while let Some(step) = step_from(version) {
            stored = (step.upcast)(stored);
            version = step.to;
        }
        present(stream, stored)?
    };
    // What a later version of ours wrote may well look like what we know.
    if (event.event_type(), event.event_version()) == (event_type, version) {
        Ok(event)
    } else {
        let known = format_args!("read as {} {}", event.event_type(), event.event_version());
        Err(serde::de::Error::custom(known))
    }
}

/// Reads a payload of the present version.
fn present<'de, D>(stream: &StreamId, payload: D) -> Result<Event, D::Error>
where
    D: Deserializer<'de>,
{
    match stream {
        StreamId::Resource(_) => ResourceEvent::deserialize(payload).map(Event::Resource),
        StreamId::ResourceDay(..) => ResourceDayEvent::deserialize(payload).map(Event::ResourceDay),
        StreamId::Booking(_) => BookingEvent::deserialize(payload).map(Event::Booking),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

    use serde_json::json;

    use super::{Event, Upcaster, read};
    use crate::{resource::ResourceEvent, stream::StreamId};

    /// As if retirements had once been written as a bare time, and before that
    /// in seconds.
    const HISTORY: &[Upcaster] = &[
        Upcaster {
            event_type: "ResourceRetired",
            from: "0.9",
            to: "1.0",
            upcast: |payload| json!({ "ResourceRetired": { "retiredAt": payload["at"] } }),
        },
        Upcaster {
            event_type: "ResourceRetired",
            from: "0.8",
            to: "0.9",
            upcast: |payload| json!({ "at": format!("1970-01-01T00:00:{}.000Z", payload["s"]) }),
        },
    ];

    fn retired(version: &str, payload: &str) -> serde_json::Result<Event> {
        let stream = StreamId::Resource("studio-a".parse().unwrap());
        read(HISTORY, &stream, ("ResourceRetired", version), payload)
    }

    #[test]
    fn every_stored_version_reads_as_the_present_one() {
        let present = retired(
            "1.0",
            r#"{"ResourceRetired":{"retiredAt":"1970-01-01T00:00:59.000Z"}}"#,
        );
        let present = present.unwrap();
        assert!(matches!(
            present,
            Event::Resource(ResourceEvent::ResourceRetired(_))
        ));
        assert_eq!(
            retired("0.9", r#"{"at":"1970-01-01T00:00:59.000Z"}"#).unwrap(),
            present
        );
        assert_eq!(retired("0.8", r#"{"s":59}"#).unwrap(), present);
    }

    #[test]
    fn a_version_from_the_future_is_refused_though_it_reads() {
        let payload = r#"{"ResourceRetired":{"retiredAt":"1970-01-01T00:00:59.000Z"}}"#;
        let refused = retired("1.1", payload).unwrap_err();
        assert_eq!(refused.to_string(), "read as ResourceRetired 1.0");
    }
}
