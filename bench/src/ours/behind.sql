-- Whether a view has yet to fold what is in the log.
select exists (
    select
    from heads
    join checkpoints on checkpoints.partition = heads.partition
    where checkpoints.position < heads.position
)
