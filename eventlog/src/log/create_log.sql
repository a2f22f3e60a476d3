-- Makes the log unless the database has one.
-- $1 id uuid
-- $2 partitions smallint
-- $3 master_key_check bytea
insert into log (id, partitions, master_key_check)
values ($1, $2, $3)
on conflict (only_row) do nothing
