-- Whether our first migration was run here, by a table that is as ours.
-- $1 version bigint   $2 checksum bytea
select exists (select from _sqlx_migrations where version = $1 and checksum = $2)
