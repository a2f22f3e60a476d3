-- How many rows lie between two positions, the second left out; for who reads the
-- table and no index.
-- $1 partition smallint   $2 position bigint, the first   $3 position bigint, behind the last
select count(*) from events where partition = $1 and position >= $2 and position < $3
