//! How our types stand in PostgreSQL's columns.

use domain::{
    booking::BookingStatus,
    calendar::{Buffers, SLOT_MINUTES, SeatCount, Seats, SlotCount, SlotMask, Span, Timestamp},
    hold::Lease,
    partition::Partition,
};
pub(crate) use eventlog::failed;
use eventlog::{MaskColumn, Position};
use sqlx::types::chrono::{DateTime, Utc};

/// `smallint`.
pub(crate) fn partition(partition: Partition) -> i16 {
    i16::try_from(partition.get()).expect("a log has at most 1,024 partitions")
}

/// `bigint`.
pub(crate) fn position(position: Position) -> i64 {
    i64::try_from(position.get()).expect("positions are counted in a bigint")
}

/// Reads a `bigint` that a constraint keeps from being negative.
pub(crate) fn read_position(position: i64) -> Position {
    Position::new(position.unsigned_abs())
}

/// `timestamptz`.
pub(crate) fn time(time: Timestamp) -> DateTime<Utc> {
    time.to_datetime()
}

/// `integer`: the length of a span in slots.
pub(crate) fn slots(span: Span) -> i32 {
    span.length().get().into()
}

/// Two `smallint`: the slots of a buffer before a span and after it.
pub(crate) fn buffers(buffers: Buffers) -> (i16, i16) {
    let slots = |count: u16| i16::try_from(count).expect("a buffer is a day at most");
    (slots(buffers.before()), slots(buffers.after()))
}

/// Reads the slots of buffers.
pub(crate) fn read_buffers(before: i16, after: i16) -> Option<Buffers> {
    let minutes = |slots: i16| Some(u32::try_from(slots).ok()? * SLOT_MINUTES);
    Buffers::from_minutes(minutes(before)?, minutes(after)?).ok()
}

/// `smallint`: how many seats.
pub(crate) fn quantity(quantity: SeatCount) -> i16 {
    i16::try_from(quantity.get()).expect("a quarter hour has 1,000 seats at most")
}

/// Reads how many seats.
pub(crate) fn read_quantity(seats: i16) -> Option<SeatCount> {
    SeatCount::new(u16::try_from(seats).ok()?)
}

/// `text`: the seats that are taken of a day, beside the mask of its slots; null where no
/// slot has more than one.
pub(crate) fn seats(seats: &Seats) -> Option<String> {
    (!seats.are_single()).then(|| seats.to_string())
}

/// Reads the seats that are taken of a day.
pub(crate) fn read_seats(taken: Option<MaskColumn>, seats: Option<&str>) -> Option<Seats> {
    let taken = taken.map_or(SlotMask::EMPTY, |taken| taken.0);
    let Some(text) = seats else {
        return Some(Seats::one(taken));
    };
    let seats: Seats = text.parse().ok()?;
    (seats.taken() == taken).then_some(seats)
}

/// Reads a span from its start and its length in slots.
pub(crate) fn read_span(start: DateTime<Utc>, slots: i32) -> Option<Span> {
    let minutes = u32::try_from(slots).ok()?.checked_mul(SLOT_MINUTES)?;
    let length = SlotCount::from_minutes(minutes).ok()?;
    Span::new(start.into(), length).ok()
}

/// The text of a lease.
pub(crate) const fn lease(lease: Lease) -> &'static str {
    match lease {
        Lease::Presence => "presence",
        Lease::Checkout => "checkout",
    }
}

/// Reads the text of a lease.
pub(crate) fn read_lease(text: &str) -> Option<Lease> {
    [Lease::Presence, Lease::Checkout]
        .into_iter()
        .find(|known| lease(*known) == text)
}

/// The text of a booking's status.
pub(crate) const fn status(status: BookingStatus) -> &'static str {
    match status {
        BookingStatus::Confirmed => "confirmed",
        BookingStatus::Cancelled => "cancelled",
    }
}

/// Reads the text of a booking's status.
pub(crate) fn read_status(text: &str) -> Option<BookingStatus> {
    [BookingStatus::Confirmed, BookingStatus::Cancelled]
        .into_iter()
        .find(|known| status(*known) == text)
}
