-- Names a table that has rows; no row when there is none.
select name
from (
    select 'log' as name, exists (select from log) as occupied
    union all
    select 'heads', exists (select from heads)
    union all
    select 'events', exists (select from events)
    union all
    select 'booking_keys', exists (select from booking_keys)
    union all
    select 'checkpoints', exists (select from checkpoints)
) as tables
where occupied
limit 1
