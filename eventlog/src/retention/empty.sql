-- Takes the payload from events that still have one, and leaves its hash, by which the
-- rest of the row can still be checked. The one statement that changes events; it runs
-- in the transaction that appends what tells of it.
-- $1 partition smallint   $2 position bigint[]
update events
set payload_hash = sha256(convert_to(payload::text, 'UTF8')), payload = null
where partition = $1
    and position = any($2)
    and event_type in ('HoldPlaced', 'HoldRenewed', 'HoldReleased', 'HoldExpired')
    and payload is not null
