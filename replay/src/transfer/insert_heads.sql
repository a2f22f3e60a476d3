-- Writes the ends of the partitions.
-- $1 partition smallint[]   $2 position bigint[]   $3 tip bigint[]   $4 last_at timestamptz[]
insert into heads (partition, position, tip, last_at)
select head.* from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::timestamptz[]) as head
