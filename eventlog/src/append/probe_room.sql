-- Takes a little room on the database's disk, for as long as the transaction lasts:
-- fails where there is none.
create temporary table slotkeeper_room on commit drop as
select repeat('room', 256) as filler from generate_series(1, 1000)
