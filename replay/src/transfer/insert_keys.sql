-- Writes keys of bookings.
-- $1 partition smallint[]   $2 booking_id uuid[]   $3 wrapped_key bytea[]
insert into booking_keys (partition, booking_id, wrapped_key)
select key.* from unnest($1::smallint[], $2::uuid[], $3::bytea[]) as key
