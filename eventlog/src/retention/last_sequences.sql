-- The last sequence of each of some days' streams, in the order asked for.
-- $1 partition smallint   $2 aggregate_id text[], the days'
select last.sequence
from unnest($2::text[]) with ordinality as wanted (aggregate_id, nth)
cross join lateral (
    select events.sequence
    from events
    where events.partition = $1
        and events.aggregate_type = 'ResourceDay'
        and events.aggregate_id = wanted.aggregate_id
    order by events.sequence desc
    limit 1
) as last
order by wanted.nth
