-- The bookings that stand and begin at a time or later, by the view.
-- $1 from timestamptz
select booking_id
from bookings
where status = 'confirmed' and span_start >= $1
