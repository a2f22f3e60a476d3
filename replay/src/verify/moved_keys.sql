-- The bookings, of some, whose key lies in another partition.
-- $1 partition smallint, their own   $2 booking_id text[]
select booking_id::text
from booking_keys
where partition <> $1 and booking_id::text = any($2)
