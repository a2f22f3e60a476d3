-- The last step of the schema.
select max(version) from _sqlx_migrations where success
