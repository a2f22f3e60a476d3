-- Refuses programs from now on that do not know an event which the log is about to have.
-- $1 bigint: the last migration that they must know at least
update schema_floor
set server = greatest(server, $1), tool = greatest(tool, $1)
where server < $1 or tool < $1
