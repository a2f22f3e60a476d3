-- A page of the open resources, or of the retired ones, of all partitions, in the order of
-- their ids.
-- $1 status text   $2 after resource_id text, '' for the first   $3 limit bigint
select partition, resource_id, settings::text, changed_at
from resources
where status = $1 and resource_id > $2
order by resource_id
limit $3
