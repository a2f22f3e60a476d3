-- Streams whose sequences have a gap, or are not in the order of their positions.
select count(*)
from (
    select
        sequence,
        row_number() over (
            partition by events.partition, aggregate_type, aggregate_id
            order by position
        ) as nth
    from events
) as stream
where sequence <> nth
