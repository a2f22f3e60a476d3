//! Streams: one for each aggregate, addressed by type and id.

use std::fmt;

use crate::{
    calendar::Day,
    ids::{BookingId, ResourceId},
};

/// The stream of one aggregate.
///
/// ```
/// use domain::stream::StreamId;
///
/// let stream = StreamId::parse("ResourceDay", "studio-a/2026-11-24")?;
/// assert_eq!(stream.aggregate_type(), "ResourceDay");
/// assert_eq!(stream.aggregate_id(), "studio-a/2026-11-24");
/// assert!(StreamId::parse("ResourceDay", "studio-a").is_err());
/// assert!(StreamId::parse("Studio", "studio-a").is_err());
/// # Ok::<(), domain::stream::UnknownStream>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StreamId {
    /// A resource's settings.
    Resource(ResourceId),
    /// A resource's UTC day: its bookings and holds.
    ResourceDay(ResourceId, Day),
    /// A booking.
    Booking(BookingId),
}

/// A type and id that name no stream of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no stream is called {aggregate_type} {aggregate_id:?}")]
pub struct UnknownStream {
    /// The type that was read.
    pub aggregate_type: String,
    /// The id that was read.
    pub aggregate_id: String,
}

impl StreamId {
    /// As stored; changing one breaks every stream of that type.
    pub const fn aggregate_type(&self) -> &'static str {
        match self {
            Self::Resource(_) => "Resource",
            Self::ResourceDay(..) => "ResourceDay",
            Self::Booking(_) => "Booking",
        }
    }

    /// As stored: `studio-a`, `studio-a/2026-11-24` or a booking's UUID.
    pub fn aggregate_id(&self) -> String {
        match self {
            Self::Resource(resource) => resource.to_string(),
            Self::ResourceDay(resource, day) => format!("{resource}/{day}"),
            Self::Booking(booking) => booking.to_string(),
        }
    }

    /// Reads a stored address back.
    ///
    /// # Errors
    ///
    /// [`UnknownStream`] unless it was written by [`Self::aggregate_type`] and
    /// [`Self::aggregate_id`].
    pub fn parse(aggregate_type: &str, aggregate_id: &str) -> Result<Self, UnknownStream> {
        let stream = match aggregate_type {
            "Resource" => aggregate_id.parse().ok().map(Self::Resource),
            "Booking" => aggregate_id.parse().ok().map(Self::Booking),
            "ResourceDay" => aggregate_id.split_once('/').and_then(|(resource, day)| {
                Some(Self::ResourceDay(resource.parse().ok()?, day.parse().ok()?))
            }),
            _ => None,
        };
        stream.ok_or_else(|| UnknownStream {
            aggregate_type: aggregate_type.into(),
            aggregate_id: aggregate_id.into(),
        })
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.aggregate_type(), self.aggregate_id())
    }
}
