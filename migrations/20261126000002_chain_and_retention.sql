-- The chain: what shows later that a row of the log was changed, dropped or
-- inserted, hash and all. And what retention needs.

-- A block of the chain: the hashes of the rows after one point and up to the
-- next, and the chain's value there. Written behind the log, and never again.
create table chain (
    partition smallint not null,
    -- The point before: 0, or the position of another block.
    after bigint not null,
    -- The point: the position of the block's last row.
    position bigint not null,
    -- The chain's value there, as eventlog/src/chain/value.rs documents it.
    value bytea not null,
    -- The hashes of the block's rows, 32 bytes each, in the order of their
    -- positions: who finds another value finds by these which row it is.
    hashes bytea not null,
    constraint chain_pkey primary key (partition, position),
    -- No two blocks begin at one place: two writers can't both go on from it.
    constraint chain_follows unique (partition, after),
    constraint chain_value check (octet_length(value) = 32),
    constraint chain_hashes check (after >= 0 and octet_length(hashes) = 32 * (position - after))
);
-- Hashes can't be made smaller: trying would cost and gain nothing.
alter table chain alter column hashes set storage external;

-- How far retention has gone through a partition. Behind it, every renewal is
-- emptied; to lose it costs another walk and nothing else.
create table retention (
    partition smallint not null,
    position bigint not null,
    constraint retention_pkey primary key (partition)
) with (fillfactor = 50);

-- An emptied renewal has no payload any more. The stock repository of
-- postgres-es insists on one: it gets what the columns still tell, which folds
-- to the same states, since the hold has ended.
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
        else events.payload
    end as payload,
    events.metadata
from heads
join events on events.partition = heads.partition;
