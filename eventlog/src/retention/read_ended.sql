-- The holds that have ended, of those that stand on some days.
-- $1 partition smallint   $2 aggregate_id text[], the days'
select distinct hold_id
from events
where partition = $1
    and aggregate_type = 'ResourceDay'
    and aggregate_id = any($2)
    and event_type in ('HoldReleased', 'HoldExpired', 'HoldConsumed')
