-- When a partition's first event was recorded.
-- $1 partition smallint
select recorded_at from events where partition = $1 order by position limit 1
