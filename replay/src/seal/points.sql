-- Points of a partition's chain up to a position, evenly spread, with the last.
-- $1 partition smallint   $2 position bigint   $3 points at most bigint
select position, value
from (
    select
        position, value,
        row_number() over (order by position desc) - 1 as nth,
        count(*) over () as points
    from chain
    where partition = $1 and position <= $2
) as point
where nth % ((points + $3 - 1) / $3) = 0
order by position
