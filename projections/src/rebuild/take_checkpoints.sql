-- The checkpoints of one generation of some views become another's.
-- $1 views text[]   $2 generation integer, that they have   $3 generation integer, that they get
with taken as (
    delete from checkpoints where view = any($1) and generation = $2
    returning partition, view, position, tip_position, tip
)
insert into checkpoints (partition, view, generation, position, tip_position, tip)
select partition, view, $3, position, tip_position, tip from taken
on conflict (partition, view, generation) do update set
    position = excluded.position,
    tip_position = excluded.tip_position,
    tip = excluded.tip
