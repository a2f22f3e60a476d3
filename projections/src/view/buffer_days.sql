-- Writes what a batch did to the buffers of days, whose rows are there.
-- $1 partition smallint       $2 resource_id text[]   $3 date date[]
-- $4 slots kept varbit[]      $5 slots taken varbit[]
update daily_availability as day
set buffer = nullif(
    (coalesce(day.buffer, repeat('0', 96)::bit(96)) & change.kept::bit(96)) | change.taken::bit(96),
    repeat('0', 96)::bit(96)
)
from unnest($2::text[], $3::date[], $4::varbit[], $5::varbit[])
    as change (resource_id, date, kept, taken)
where day.partition = $1
    and day.resource_id = change.resource_id
    and day.date = change.date
