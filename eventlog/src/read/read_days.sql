-- Finds the resource days that have a history, one step down the index for each,
-- however many events they have.
-- $1 partition smallint   $2 aggregate_id text, after which; empty: from the first   $3 bigint, how many at most
with recursive day as (
    (
        select events.aggregate_id
        from events
        where events.partition = $1
            and events.aggregate_type = 'ResourceDay'
            and events.aggregate_id > $2
        order by events.aggregate_id
        limit 1
    )
    union all
    select (
        select events.aggregate_id
        from events
        where events.partition = $1
            and events.aggregate_type = 'ResourceDay'
            and events.aggregate_id > day.aggregate_id
        order by events.aggregate_id
        limit 1
    )
    from day
    where day.aggregate_id is not null
)
select day.aggregate_id
from day
where day.aggregate_id is not null
limit $3
