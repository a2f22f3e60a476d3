-- How some holds ended, as far as that stands within some rows after what is known of
-- them, in the stream of a day of theirs; the days' streams are not read beyond. Null:
-- not there; then whether the stream goes on, so that the end may be further on.
-- $1 partition smallint     $2 aggregate_id text[], the days'
-- $3 sequence bigint[], after which    $4 hold_id uuid[]    $5 bigint, how many rows
select
    wanted.hold_id,
    (
        select events.event_type
        from events
        where events.partition = $1
            and events.aggregate_type = 'ResourceDay'
            and events.aggregate_id = wanted.aggregate_id
            and events.sequence > wanted.sequence
            and events.sequence <= wanted.sequence + $5
            and events.hold_id = wanted.hold_id
            and events.event_type in ('HoldReleased', 'HoldExpired', 'HoldConsumed')
        order by events.sequence
        limit 1
    ) as event_type,
    exists (
        select from events
        where events.partition = $1
            and events.aggregate_type = 'ResourceDay'
            and events.aggregate_id = wanted.aggregate_id
            and events.sequence = wanted.sequence + $5 + 1
    ) as goes_on
from unnest($2::text[], $3::bigint[], $4::uuid[]) as wanted (aggregate_id, sequence, hold_id)
