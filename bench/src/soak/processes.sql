-- PostgreSQL's processes, and whether each serves a connection.
select pid, backend_type = 'client backend' as serves
from pg_stat_activity
