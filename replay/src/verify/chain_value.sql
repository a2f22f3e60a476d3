-- A partition's chain's value at a position where a block ends; no row elsewhere.
-- $1 partition smallint   $2 position bigint
select value from chain where partition = $1 and position = $2
