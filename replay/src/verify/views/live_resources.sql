-- A partition's rows of resources.
-- $1 partition smallint
select resource_id, status, settings::text as settings, changed_at, position, seats_most
from resources
where partition = $1
