-- Sets the checkpoints of a view to 0 in all partitions.
-- $1 view text   $2 generation integer
insert into checkpoints (partition, view, generation, position)
select partition, $1, $2, 0 from heads
on conflict (partition, view, generation) do update
    set position = 0, tip_position = null, tip = null
