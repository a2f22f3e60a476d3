-- Of which history a checkpoint is: the tip that the log had at it, and the position of
-- that tip. A log that was put back, and has grown past the checkpoint since, has another
-- one there. The position of its own, since a server of a release before moves the
-- checkpoint alone. Nothing is known of checkpoints that stand: that is told by nulls, so
-- that no row is written again.
alter table checkpoints add column tip_position bigint;
alter table checkpoints add column tip bigint;
