-- A partition's rows of presence.
-- $1 partition smallint
select
    hold_id, resource_id, session_id, span_start, span_slots, lease, placed_at, renewed_at,
    lease_expires_at, renewable_until, renewals, position,
    buffer_before, buffer_after, quantity
from presence
where partition = $1
