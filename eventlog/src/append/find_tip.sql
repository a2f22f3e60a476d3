-- The tip that an append left with its last event; no row when the log does
-- not reach that far.
-- $1 partition smallint
-- $2 position bigint
select tip from events where partition = $1 and position = $2
