-- The last event of a partition that was recorded by a time. Time never runs
-- backwards within a partition, so all before it were too.
-- $1 partition smallint   $2 time timestamptz
select position, recorded_at from events
where partition = $1 and recorded_at <= $2
order by position desc
limit 1
