-- Which log this is, which history of it, and the database's time.
select id, restores, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), clock_timestamp()
from log
