-- The steps of the schema that were taken.
select version, success from _sqlx_migrations order by version
