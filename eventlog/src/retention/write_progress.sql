-- Notes how far retention has gone through a partition for renewals.
-- $1 partition smallint   $2 position bigint
insert into retention (partition, position)
values ($1, $2)
on conflict (partition) do update set position = excluded.position
