//! The keys of bookings, and who they are for.

use super::{Plant, Remade};

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "a key that is missing",
        sql: "delete from booking_keys where booking_id = '{stands}'",
        told: &["Booking {stands}: its key is missing"],
        ..Plant::NONE
    },
    Plant {
        name: "all keys that are missing",
        sql: "delete from booking_keys where partition = {p}",
        told: &["none of the 4 bookings of the partition has its key"],
        ..Plant::NONE
    },
    Plant {
        name: "keys that were swapped",
        sql: "update booking_keys as key set wrapped_key = other.wrapped_key from booking_keys as other where key.booking_id in ('{stands}', '{moved}') and other.booking_id in ('{stands}', '{moved}') and other.booking_id <> key.booking_id",
        told: &["its key does not open by this master key", "and 1 more of this kind"],
        ..Plant::NONE
    },
    Plant {
        name: "a key that was truncated",
        sql: "update booking_keys set wrapped_key = substr(wrapped_key, 1, 40) where booking_id = '{stands}'",
        told: &["its key is no wrapped key, which has another length"],
        ..Plant::NONE
    },
    Plant {
        name: "a key that was changed",
        sql: "update booking_keys set wrapped_key = set_byte(wrapped_key, 30, get_byte(wrapped_key, 30) # 1) where booking_id = '{stands}'",
        told: &["its key does not open by this master key"],
        ..Plant::NONE
    },
    Plant {
        name: "a key of a booking that was never made",
        sql: "insert into booking_keys select partition, '{nobody}', wrapped_key from booking_keys where booking_id = '{stands}'",
        told: &["Booking {nobody}: there is a key for it, and it was never made"],
        ..Plant::NONE
    },
    Plant {
        name: "a key in another partition",
        sql: "update booking_keys set partition = {q} where booking_id = '{stands}'",
        told: &["its key is here, and belongs into its own partition"],
        ..Plant::NONE
    },
    Plant {
        name: "a key of a booking that was erased",
        sql: "insert into booking_keys select {q}, '{erased}', wrapped_key from booking_keys limit 1",
        told: &["who it is for was erased, and its key is still there"],
        ..Plant::NONE
    },
    Plant {
        name: "attendees that were swapped, with all hashes",
        sql: "update events set payload = replace(payload::text, payload -> 'BookingConfirmed' ->> 'attendee', (select other.payload -> 'BookingConfirmed' ->> 'attendee' from events as other where other.event_type = 'BookingConfirmed' and other.booking_id in ('{stands}', '{moved}') and other.booking_id <> events.booking_id))::json where event_type = 'BookingConfirmed' and booking_id in ('{stands}', '{moved}');
            update bookings set attendee = (select payload -> 'BookingConfirmed' ->> 'attendee' from events where event_type = 'BookingConfirmed' and events.booking_id = bookings.booking_id)",
        told: &["who it is for does not open by its key", "and 1 more of this kind"],
        remade: Remade::Chain,
        ..Plant::NONE
    },
];
