-- Writes what a batch did to resources: those with new settings as whole rows,
-- the settings to the byte as their event has them; the others' status alone. The most
-- seats that a resource ever had only grow.
-- $1 partition smallint             $2 resource_id text[]   $3 status text[]
-- $4 position of settings bigint[]  $5 changed_at timestamptz[]   $6 position bigint[]
-- $7 seats_most smallint[]
with change as (
    select *
    from unnest(
        $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::bigint[], $7::smallint[]
    ) as change (resource_id, status, settings_from, changed_at, position, seats_most)
), retired as (
    update resources as resource set
        status = change.status, changed_at = change.changed_at, position = change.position
    from change
    where change.settings_from is null
        and resource.partition = $1 and resource.resource_id = change.resource_id
)
insert into resources as resource (
    partition, resource_id, status, settings, changed_at, position, seats_most
)
select
    $1,
    change.resource_id,
    change.status,
    event.payload -> event.event_type -> 'settings',
    change.changed_at,
    change.position,
    change.seats_most
from change
cross join lateral (
    -- In this order, so that a young log too is read by its key.
    select events.event_type, events.payload
    from events
    where events.partition = $1
        and events.position between change.settings_from and change.settings_from
    order by events.position
    limit 1
) as event
on conflict (partition, resource_id) do update set
    status = excluded.status,
    settings = excluded.settings,
    changed_at = excluded.changed_at,
    position = excluded.position,
    seats_most = greatest(resource.seats_most, excluded.seats_most)
