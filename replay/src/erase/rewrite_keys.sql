-- Writes the table of keys anew: only what is left of it comes along.
vacuum (full, analyze) booking_keys
