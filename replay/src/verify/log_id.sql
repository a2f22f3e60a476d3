-- Which log this is.
select id from log
