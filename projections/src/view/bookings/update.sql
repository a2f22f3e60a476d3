-- Updates bookings that an earlier batch made; null leaves what is there.
-- $1 partition smallint         $2 booking_id uuid[]      $3 status text[]
-- $4 span_start timestamptz[]   $5 span_slots integer[]   $6 changed_at timestamptz[]
-- $7 position bigint[]          $8 buffer_before smallint[]   $9 buffer_after smallint[]
update bookings as booking set
    status = coalesce(change.status, booking.status),
    span_start = coalesce(change.span_start, booking.span_start),
    span_slots = coalesce(change.span_slots, booking.span_slots),
    buffer_before = coalesce(change.buffer_before, booking.buffer_before),
    buffer_after = coalesce(change.buffer_after, booking.buffer_after),
    changed_at = change.changed_at,
    position = change.position
from unnest(
    $2::uuid[], $3::text[], $4::timestamptz[], $5::integer[], $6::timestamptz[], $7::bigint[],
    $8::smallint[], $9::smallint[]
) as change (
    booking_id, status, span_start, span_slots, changed_at, position, buffer_before, buffer_after
)
where booking.partition = $1 and booking.booking_id = change.booking_id
