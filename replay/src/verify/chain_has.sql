-- Whether a partition's chain has a value at a position.
-- $1 partition smallint   $2 position bigint   $3 value bytea
select exists (select from chain where partition = $1 and position = $2 and value = $3)
