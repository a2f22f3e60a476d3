-- The migrations that were run.
select version, success, checksum, installed_on from _sqlx_migrations order by version
