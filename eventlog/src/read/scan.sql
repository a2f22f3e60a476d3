-- A page of a partition in the order of its positions: of each event what folds into
-- views read, since every column that is sent costs. An event with a mask is about
-- slots; all but the one that places a hold are told by their columns, and come without
-- their payload. Times and spans are told of events that retention has emptied.
-- $1 partition smallint   $2 position bigint, of the event before the page
-- $3 limit bigint
select
    position, event_type, resource_id, day, mask, booking_id, hold_id, event_version,
    case when mask is null or event_type = 'HoldPlaced' then payload end as payload,
    case when payload is null then recorded_at end as recorded_at,
    case when payload is null then lease_expires_at end as lease_expires_at,
    case when payload is null then session_id end as session_id,
    case when payload is null then span_start end as span_start,
    case when payload is null then span_slots end as span_slots
from events
where partition = $1 and position > $2
order by position
limit $3
