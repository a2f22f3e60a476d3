-- Names a table that has rows of a log though its row is not there; no row where it is,
-- and where there are none. In one snapshot: another node may make a log right now.
select left_over.name
from (
    select 'events' as name, exists (select from events) as has_rows
    union all
    select 'heads', exists (select from heads)
    union all
    select 'booking_keys', exists (select from booking_keys)
) as left_over
where left_over.has_rows and not exists (select from log)
limit 1
