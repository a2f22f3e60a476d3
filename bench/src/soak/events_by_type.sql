-- Events by type: how many, and their bytes as rows, headers included.
select
    event_type,
    count(*) as events,
    sum(pg_column_size(events.*) + 4)::bigint as row_bytes
from events
group by event_type
order by event_type
