-- Places holds, with the renewals of their batch in them.
-- $1 partition smallint           $2 hold_id uuid[]              $3 resource_id text[]
-- $4 session_id uuid[]            $5 span_start timestamptz[]    $6 span_slots integer[]
-- $7 lease text[]                 $8 placed_at timestamptz[]     $9 renewed_at timestamptz[]
-- $10 lease_expires_at timestamptz[]   $11 renewable_until timestamptz[]
-- $12 renewals bigint[]           $13 position bigint[]
-- $14 buffer_before smallint[]    $15 buffer_after smallint[]   $16 quantity smallint[]
insert into presence (
    partition, hold_id, resource_id, session_id, span_start, span_slots, lease,
    placed_at, renewed_at, lease_expires_at, renewable_until, renewals, position,
    buffer_before, buffer_after, quantity
)
select $1, hold.*
from unnest(
    $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[], $6::integer[], $7::text[],
    $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[],
    $12::bigint[], $13::bigint[], $14::smallint[], $15::smallint[],
    $16::smallint[]
) as hold
on conflict (partition, hold_id) do update set
    resource_id = excluded.resource_id,
    session_id = excluded.session_id,
    span_start = excluded.span_start,
    span_slots = excluded.span_slots,
    lease = excluded.lease,
    placed_at = excluded.placed_at,
    renewed_at = excluded.renewed_at,
    lease_expires_at = excluded.lease_expires_at,
    renewable_until = excluded.renewable_until,
    renewals = excluded.renewals,
    position = excluded.position,
    buffer_before = excluded.buffer_before,
    buffer_after = excluded.buffer_after,
    quantity = excluded.quantity
