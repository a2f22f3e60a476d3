-- Where retention says that it is further than the log.
-- $1 partitions smallint, how many the log has
select retention.partition, greatest(retention.position, retention.holds_position), heads.position
from retention
join heads using (partition)
where greatest(retention.position, retention.holds_position) > heads.position
    and partition between 0 and $1 - 1
order by partition
