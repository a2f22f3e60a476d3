-- The tip that an append left with its last event; no row when the log does
-- not reach that far. In the order of positions, so that a young table too is read by key.
-- $1 partition smallint
-- $2 position bigint
select tip from events where partition = $1 and position between $2 and $2
order by position
limit 1
