-- Partitions that have events and no head.
select distinct partition
from events
where not exists (select from heads where heads.partition = events.partition)
