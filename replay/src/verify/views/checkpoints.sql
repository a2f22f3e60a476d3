-- How far the live views of a partition are.
-- $1 partition smallint   $2 generation integer
select view, position from checkpoints where partition = $1 and generation = $2
