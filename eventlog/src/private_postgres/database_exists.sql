-- Whether there is a database of that name.
-- $1 name text
select exists (select from pg_database where datname = $1)
