//! What a decision may know.

use crate::{
    booking::Booking,
    calendar::Day,
    hold::LiveHolds,
    ids::{BookingId, ResourceId},
    resource::Resource,
    resource_day::ResourceDay,
    stream::StreamId,
};

/// A stream that a decision needs and whose state is not at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("stream {0} is not loaded")]
pub struct NotLoaded(pub StreamId);

/// The state of a partition's streams at one position, as far as it is at hand.
///
/// A stream without events is at hand as its default. "Not loaded" is an error
/// and never a default: deciding on what is not known is how double bookings
/// come about.
pub trait Facts {
    /// A resource's settings.
    ///
    /// # Errors
    ///
    /// [`NotLoaded`].
    fn resource(&self, id: &ResourceId) -> Result<&Resource, NotLoaded>;

    /// A resource's day.
    ///
    /// # Errors
    ///
    /// [`NotLoaded`].
    fn day(&self, resource: &ResourceId, day: Day) -> Result<&ResourceDay, NotLoaded>;

    /// A booking.
    ///
    /// # Errors
    ///
    /// [`NotLoaded`].
    fn booking(&self, id: BookingId) -> Result<&Booking, NotLoaded>;

    /// The partition's live holds: always at hand, all of them.
    fn holds(&self) -> &LiveHolds;
}
