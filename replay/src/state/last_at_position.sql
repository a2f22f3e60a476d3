-- An event of a partition by its position; the last one when that is null.
-- $1 partition smallint   $2 position bigint
select position, recorded_at from events
where partition = $1 and position = coalesce($2, (select position from heads where partition = $1))
