-- A page of the bookings of a resource that touch a stretch of time, cancelled ones
-- too, in the order of their starts and then of their ids: one way down the index for
-- each status.
-- $1 partition smallint               $2 resource_id text
-- $3 from timestamptz                 $4 to timestamptz, exclusive
-- $5 the longest span's slots integer   $6 after span_start timestamptz
-- $7 after booking_id uuid            $8 limit bigint
select
    booking.booking_id, booking.status, booking.span_start, booking.span_slots,
    booking.confirmed_at, booking.changed_at, booking.quantity
from (values ('confirmed'), ('cancelled')) as wanted (status)
cross join lateral (
    select *
    from bookings
    where bookings.partition = $1 and bookings.resource_id = $2
        and bookings.status = wanted.status
        -- What begins before that has ended: the index need not be read from the first
        -- booking.
        and bookings.span_start > $3 - $5 * interval '15 minutes'
        and bookings.span_start < $4
        and bookings.span_start + bookings.span_slots * interval '15 minutes' > $3
        and (bookings.span_start, bookings.booking_id) > ($6, $7)
    order by bookings.span_start, bookings.booking_id
    limit $8
) as booking
order by booking.span_start, booking.booking_id
limit $8
