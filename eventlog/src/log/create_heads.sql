-- Makes the heads that the log lacks.
insert into heads (partition)
select generate_series(0, log.partitions - 1)
from log
on conflict (partition) do nothing
