-- Of what there are checkpoints.
select distinct view, generation from checkpoints order by view, generation
