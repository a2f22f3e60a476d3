-- Minutes that the holds which have ended lived, in all.
select coalesce(sum(extract(epoch from ended - placed)), 0)::float8 / 60
from (
    select
        min(recorded_at) filter (where event_type = 'HoldPlaced') as placed,
        max(recorded_at) filter (
            where event_type in ('HoldReleased', 'HoldExpired', 'HoldConsumed')
        ) as ended
    from events
    where hold_id is not null
    group by partition, hold_id
) as holds
