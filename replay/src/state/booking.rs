use domain::{
    booking::{Booking, ConfirmedBooking},
    event::Event,
    ids::BookingId,
    stream::StreamId,
};
use sqlx::PgConnection;

use super::{Moment, read_streams};
use crate::ReplayError;

/// A booking as it stood at a moment of its partition; none before it was made.
///
/// # Errors
///
/// [`ReplayError::Database`]; [`ReplayError::Unreadable`] for a row of its
/// stream that does not read.
pub async fn booking_at(
    connection: &mut PgConnection,
    id: BookingId,
    moment: Moment,
) -> Result<Option<ConfirmedBooking>, ReplayError> {
    let streams = [StreamId::Booking(id)];
    let events = read_streams(connection, id.partition(), &streams, moment).await?;
    let mut booking = Booking::default();
    for recorded in &events {
        if let Event::Booking(event) = &recorded.event {
            booking.evolve(event);
        }
    }
    Ok(booking.get().cloned())
}
