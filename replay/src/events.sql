-- How many events the log has, by its heads.
select coalesce(sum(position), 0)::bigint from heads
