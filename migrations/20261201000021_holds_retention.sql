-- How far retention has gone through a partition for whole holds, beside how far it
-- has gone for renewals: they have limits of their own.
alter table retention add column holds_position bigint not null default 0;

-- Retention takes the payload from all that is told of an old hold which ended without
-- a booking, too. The stock repository of postgres-es gets what the columns still tell,
-- which folds to the same states: a hold has one run of slots on each of its days.
create or replace view postgres_es_events as
select
    events.aggregate_type, events.aggregate_id, events.sequence,
    events.event_type, events.event_version,
    case
        when events.payload is null and events.event_type = 'HoldRenewed' then
            json_build_object('HoldRenewed', json_build_object(
                'holdId', events.hold_id,
                'lease', 'presence',
                'renewedAt',
                to_char(events.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'leaseExpiresAt',
                to_char(events.lease_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            ))
        when events.payload is null and events.event_type = 'HoldPlaced' then
            json_build_object('HoldPlaced', json_build_object(
                'holdId', events.hold_id,
                'sessionId', events.session_id,
                'span', json_build_object(
                    'start',
                    to_char(events.span_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                    'minutes', events.span_slots * 15
                ),
                'slots', concat(
                    position(B'1' in events.mask) - 1, '-',
                    position(B'1' in events.mask) - 2
                        + length(replace(events.mask::text, '0', ''))
                ),
                'lease', 'presence',
                'placedAt',
                to_char(events.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'leaseExpiresAt',
                to_char(events.lease_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'renewableUntil',
                to_char(events.lease_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            ))
        when events.payload is null and events.event_type in ('HoldReleased', 'HoldExpired') then
            json_build_object(events.event_type, json_build_object(
                'holdId', events.hold_id,
                'slots', concat(
                    position(B'1' in events.mask) - 1, '-',
                    position(B'1' in events.mask) - 2
                        + length(replace(events.mask::text, '0', ''))
                ),
                'reason', 'left',
                'leaseExpiresAt',
                to_char(events.lease_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'renewals', 0
            ))
        else events.payload
    end as payload,
    events.metadata
from heads
join events on events.partition = heads.partition;
