-- Heads are found beside old snapshots too. Each append leaves a dead version of its
-- head's row. While somebody keeps a snapshot open, a dump for one, none of them can be
-- cleaned up, and whoever looks for the row by its partition walks through them all:
-- 18 us become 500 us after 20,000 appends. By this index he walks through those of the
-- present round alone.

-- The round: position / 1024, as the last append of this release left it. It never
-- decreases, so the row that counts is the first by its partition's highest round. A
-- node of the release before leaves it as it is, and its appends are found nevertheless.
-- An append that changes no round keeps the row's place in all indexes.
alter table heads add column round bigint not null default 0;

-- The partition, for the index alone. Its price makes the planner take that index,
-- which it does not pay it for: a young table with four rows it would read whole, and
-- go on so for a while when the dead versions are many.
create function head_key(partition smallint) returns integer
language plpgsql immutable strict parallel safe cost 100000 as $$
begin
    return partition;
end
$$;

create index heads_by_round on heads (head_key(partition), round);
