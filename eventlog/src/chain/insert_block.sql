-- Adds a block to a partition's chain, unless somebody has gone on from the same
-- point; then that block stands.
-- $1 partition smallint   $2 after bigint   $3 position bigint
-- $4 value bytea          $5 hashes bytea
insert into chain (partition, after, position, value, hashes)
values ($1, $2, $3, $4, $5)
on conflict do nothing
