-- Notes how far retention has gone through a partition for whole holds.
-- $1 partition smallint   $2 position bigint
insert into retention (partition, position, holds_position)
values ($1, 0, $2)
on conflict (partition) do update set holds_position = excluded.holds_position
