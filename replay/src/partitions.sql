-- How many partitions the log has; no row before there is a log.
select partitions from log
