-- PostgreSQL's version, as a number.
select current_setting('server_version_num')::integer
