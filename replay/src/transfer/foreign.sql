-- Names a table that no release of ours has made in this database; no row when there is
-- none. Tables of ours count as another application's where our migrations were not run.
-- Those of extensions are nobody's.
-- $1 names text[], of our tables   $2 whether our migrations were run here
select relname::text
from pg_class
where relnamespace = 'public'::regnamespace
    and relkind in ('r', 'p', 'v', 'm', 'f')
    and not exists (
        select from pg_depend where objid = pg_class.oid and deptype = 'e'
    )
    and not ($2 and relname = any($1))
order by relname
limit 1
