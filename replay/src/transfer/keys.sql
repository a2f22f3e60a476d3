-- A page of the keys of bookings, in their order.
-- $1 partition smallint, of the key before the page   $2 booking_id uuid, of that key
-- $3 limit bigint
select partition, booking_id, wrapped_key
from booking_keys
where (partition, booking_id) > ($1, $2)
order by partition, booking_id
limit $3
