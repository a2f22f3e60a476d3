-- Deletes a booking's key.
-- $1 partition smallint
-- $2 booking_id uuid
delete from booking_keys where partition = $1 and booking_id = $2
