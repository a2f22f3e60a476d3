-- Which log this is, and which history of it.
select id, restores, created_at from log
