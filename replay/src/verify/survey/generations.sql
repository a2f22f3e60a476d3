-- The makings of the views, with how many seconds they began ahead of the database's time.
select
    view, generation,
    extract(epoch from greatest(begun_at, live_since) - clock_timestamp())::bigint as ahead
from generations
order by view, generation
