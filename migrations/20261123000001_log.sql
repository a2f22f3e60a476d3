-- The log: what happened, in order, for good. Everything else is a fold of it.

-- One row: which log this is and how it was made.
create table log (
    only_row boolean not null default true,
    -- Names the log in positions that leave the house.
    id uuid not null,
    -- Fixed for all time: a resource's partition is its hash modulo this.
    partitions smallint not null,
    -- Counts restores that did not begin a new PostgreSQL timeline, so that
    -- positions given out before one are not taken for positions after it.
    restores integer not null default 0,
    -- A keyed hash that a node with the right master key can reproduce: one
    -- with another key must not start, since it would seal what others can't open.
    master_key_check bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    constraint log_pkey primary key (only_row),
    constraint log_has_one_row check (only_row),
    constraint log_partitions check (partitions between 1 and 1024)
);

-- The end of each partition. Its row lock makes positions gapless and commit
-- order position order.
create table heads (
    partition smallint not null,
    -- Position of the last event; 0 while there is none.
    position bigint not null default 0,
    -- Fresh and random at each append: a node whose last seen tip is not here
    -- and not in the log remembers a history that was undone.
    tip bigint not null default 0,
    -- recorded_at of the last event: the partition's time never runs backwards.
    last_at timestamptz not null default 'epoch',
    constraint heads_pkey primary key (partition),
    constraint heads_position check (position >= 0)
-- Room on the page for the row's next versions, so that an append stays HOT.
) with (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create table events (
    partition smallint not null,
    -- Order within the partition: 1, 2, 3 … without gaps.
    position bigint not null,
    aggregate_type text not null,
    aggregate_id text not null,
    -- Order within the stream: 1, 2, 3 … without gaps.
    sequence bigint not null,
    event_type text not null,
    event_version text not null,
    -- json and not jsonb: stored verbatim, so that the hash can be checked.
    -- Null once retention has emptied a renewal; the row itself stays.
    payload json,
    metadata json not null,
    -- The database's time at the decision, to the millisecond; never decreases
    -- within a partition.
    recorded_at timestamptz not null,
    -- SHA-256 over the row, in the encoding that eventlog/src/hash.rs documents.
    hash bytea not null,
    -- The head's tip after the append; on the last event of each append.
    tip bigint,

    -- What projections fold, beside the payload it was taken from: reading
    -- columns is twice as fast as reading documents.
    resource_id text not null,
    day date,
    mask bit(96),
    booking_id uuid,
    hold_id uuid,
    session_id uuid,
    span_start timestamptz,
    span_slots integer,
    lease_expires_at timestamptz,

    constraint events_pkey primary key (partition, position),
    -- The optimistic concurrency of each aggregate.
    constraint events_expected_version unique (partition, aggregate_type, aggregate_id, sequence),
    constraint events_position check (position > 0),
    constraint events_sequence check (sequence > 0),
    constraint events_hash check (octet_length(hash) = 32)
);

-- The key of each booking's attendee, wrapped by the master key. Apart from
-- the log on purpose: erasing the row erases the person and not the history.
create table booking_keys (
    partition smallint not null,
    booking_id uuid not null,
    wrapped_key bytea not null,
    constraint booking_keys_pkey primary key (partition, booking_id)
);

-- Which node runs a partition's background duties, on the database's time.
-- A convenience: no guarantee rests on it.
create table leases (
    partition smallint not null,
    duty text not null,
    node uuid not null,
    expires_at timestamptz not null,
    constraint leases_pkey primary key (partition, duty)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The seven columns by which the stock PostgresEventRepository of postgres-es
-- reads our streams: an independent reader for audits. It does not know of
-- partitions; the join with heads lets its question by type and id go through
-- events_expected_version once for each partition, instead of through the table.
create view postgres_es_events as
select
    events.aggregate_type, events.aggregate_id, events.sequence,
    events.event_type, events.event_version, events.payload, events.metadata
from heads
join events on events.partition = heads.partition;

-- Reading only: a stranger's event would come without the events of its partner
-- streams, without a position and without a hash.
create function refuse_write_of_postgres_es_events() returns trigger
language plpgsql as $$
begin
    raise exception 'postgres_es_events is for reading: events are appended by Slotkeeper alone'
        using errcode = 'insufficient_privilege';
end
$$;

create trigger postgres_es_events_are_read_only
instead of insert or update or delete on postgres_es_events
for each row execute function refuse_write_of_postgres_es_events();
