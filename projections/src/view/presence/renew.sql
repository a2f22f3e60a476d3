-- Renews holds that were placed in an earlier batch.
-- $1 partition smallint          $2 hold_id uuid[]
-- $3 lease text[]                $4 renewed_at timestamptz[]
-- $5 lease_expires_at timestamptz[]   $6 renewals in the batch bigint[]   $7 position bigint[]
update presence as hold set
    lease = renewal.lease,
    renewed_at = renewal.renewed_at,
    lease_expires_at = renewal.lease_expires_at,
    renewals = hold.renewals + renewal.renewals,
    position = renewal.position
from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::bigint[], $7::bigint[])
    as renewal (hold_id, lease, renewed_at, lease_expires_at, renewals, position)
where hold.partition = $1 and hold.hold_id = renewal.hold_id
