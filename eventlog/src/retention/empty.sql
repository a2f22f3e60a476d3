-- Takes the payload from events that still have one. The one statement that changes
-- events; it runs in the transaction that appends what tells of it.
-- $1 partition smallint   $2 position bigint[]
update events
set payload = null
where partition = $1
    and position = any($2)
    and event_type in ('HoldPlaced', 'HoldRenewed', 'HoldReleased', 'HoldExpired')
    and payload is not null
