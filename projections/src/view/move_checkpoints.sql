-- Moves a partition's checkpoints on, each only from where the batch starts.
-- Fewer rows than views: somebody else was here, and nothing may be committed.
-- $1 partition smallint   $2 generation integer
-- $3 view text[]          $4 where the batch starts bigint[]   $5 where it ends bigint
update checkpoints as known set position = greatest(known.position, $5)
from unnest($3::text[], $4::bigint[]) as seen (view, position)
where known.partition = $1 and known.generation = $2
    and known.view = seen.view and known.position = seen.position
