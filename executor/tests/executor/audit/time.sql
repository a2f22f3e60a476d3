-- Events recorded before the one that they follow.
select count(*)
from (
    select recorded_at, lag(recorded_at) over (partition by partition order by position) as before
    from events
) as event
where recorded_at < before
