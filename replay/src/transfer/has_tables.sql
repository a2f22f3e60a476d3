-- Whether the database has the tables of a log.
select to_regclass('log') is not null
