-- Inserts the bookings that a batch made, as the batch leaves them.
-- $1 partition smallint      $2 booking_id uuid[]           $3 resource_id text[]
-- $4 session_id uuid[]       $5 status text[]               $6 span_start timestamptz[]
-- $7 span_slots integer[]    $8 attendee text[]             $9 confirmed_at timestamptz[]
-- $10 changed_at timestamptz[]   $11 position bigint[]
-- $12 buffer_before smallint[]   $13 buffer_after smallint[]   $14 quantity smallint[]
insert into bookings (
    partition, booking_id, resource_id, session_id, status, span_start, span_slots,
    attendee, confirmed_at, changed_at, position, buffer_before, buffer_after, quantity
)
select $1, booking.*
from unnest(
    $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::integer[],
    $8::text[], $9::timestamptz[], $10::timestamptz[], $11::bigint[],
    $12::smallint[], $13::smallint[], $14::smallint[]
) as booking
on conflict (partition, booking_id) do update set
    resource_id = excluded.resource_id,
    session_id = excluded.session_id,
    status = excluded.status,
    span_start = excluded.span_start,
    span_slots = excluded.span_slots,
    attendee = excluded.attendee,
    confirmed_at = excluded.confirmed_at,
    changed_at = excluded.changed_at,
    position = excluded.position,
    buffer_before = excluded.buffer_before,
    buffer_after = excluded.buffer_after,
    quantity = excluded.quantity
