-- The migrations that the database has seen.
select version from _sqlx_migrations where success order by version
