-- A partition's bookings and keys, each with what goes with it: where the booking was
-- made, whether who it is for was erased, and the sealed text.
-- $1 partition smallint
with made as (
    select
        aggregate_id as booking_id,
        min(position) filter (where event_type = 'BookingConfirmed') as position,
        bool_or(event_type = 'AttendeeErased') as erased
    from events
    where partition = $1 and aggregate_type = 'Booking'
    group by aggregate_id
)
select
    coalesce(made.booking_id, key.booking_id::text) as booking_id,
    made.position,
    coalesce(made.erased, false) as erased,
    confirmed.event_version as version,
    confirmed.payload::text as payload,
    key.wrapped_key
from made
full join (select booking_id, wrapped_key from booking_keys where partition = $1) as key
    on key.booking_id::text = made.booking_id
left join events as confirmed
    on confirmed.partition = $1 and confirmed.position = made.position
order by made.position, booking_id
