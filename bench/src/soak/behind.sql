-- The most events that a view has yet to fold of a partition.
select coalesce(max(heads.position - checkpoints.position), 0)
from heads
join checkpoints on checkpoints.partition = heads.partition
