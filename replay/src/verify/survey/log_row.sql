-- Which log this is, if the database holds one, and the database's time.
select log.id, log.partitions, log.master_key_check, clock.now
from (select clock_timestamp() as now) as clock
left join log on true
limit 1
