-- A page of the open resources of all partitions, in the order of their ids.
-- $1 after resource_id text, '' for the first   $2 limit bigint
select partition, resource_id, settings::text, changed_at
from resources
where status = 'open' and resource_id > $1
order by resource_id
limit $2
