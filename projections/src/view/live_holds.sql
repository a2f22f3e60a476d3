-- The live holds of a partition and the checkpoint that they are true at, in one
-- snapshot; without holds, one row with nothing but the checkpoint.
-- $1 partition smallint   $2 view text   $3 generation integer
select
    known.position as checkpoint,
    hold.hold_id, hold.resource_id, hold.session_id, hold.span_start, hold.span_slots,
    hold.lease, hold.placed_at, hold.renewed_at, hold.lease_expires_at,
    hold.renewable_until, hold.renewals, hold.buffer_before, hold.buffer_after,
    hold.quantity
from checkpoints as known
left join presence as hold on hold.partition = known.partition
where known.partition = $1 and known.view = $2 and known.generation = $3
