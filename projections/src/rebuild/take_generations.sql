-- One generation of some views becomes another, that is read from now on.
-- $1 views text[]   $2 generation integer, that they have   $3 generation integer, that they get
with taken as (
    delete from generations where view = any($1) and generation = $2
    returning view, made_by, begun_at
)
insert into generations (view, generation, made_by, begun_at, live_since)
select view, $3, made_by, begun_at, clock_timestamp() from taken
on conflict (view, generation) do update set
    made_by = excluded.made_by, begun_at = excluded.begun_at, live_since = excluded.live_since
