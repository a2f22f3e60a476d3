-- Notes that a view is in the making, and by which fold.
-- $1 view text   $2 generation integer   $3 made_by text
insert into generations (view, generation, made_by) values ($1, $2, $3)
on conflict (view, generation) do update set made_by = $3, begun_at = clock_timestamp()
