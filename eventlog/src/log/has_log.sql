-- Whether the database has the table of a log.
select to_regclass('log') is not null and to_regclass('_sqlx_migrations') is not null
