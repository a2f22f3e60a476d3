-- A page of the bookings of a resource that touch a stretch of time, cancelled ones
-- too, in the order of their starts and then of their ids.
-- $1 partition smallint               $2 resource_id text
-- $3 from timestamptz                 $4 to timestamptz, exclusive
-- $5 the longest span's slots integer   $6 after span_start timestamptz
-- $7 after booking_id uuid            $8 limit bigint
select booking_id, status, span_start, span_slots, confirmed_at, changed_at
from bookings
where partition = $1 and resource_id = $2
    -- What begins before that has ended: the index need not be read from the first booking.
    and span_start > $3 - $5 * interval '15 minutes' and span_start < $4
    and span_start + span_slots * interval '15 minutes' > $3
    and (span_start, booking_id) > ($6, $7)
order by span_start, booking_id
limit $8
