-- The views: folds of the log, droppable, rebuildable, and never ahead of or
-- behind the checkpoint that is written beside them.
--
-- Ids are sorted by their bytes, so that a list comes in the same order on every
-- database, whatever its locale.

-- How far each view has folded each partition.
create table checkpoints (
    partition smallint not null,
    view text not null,
    -- A rebuilt view is a new generation with checkpoints of its own.
    generation integer not null default 1,
    -- The last position applied.
    position bigint not null default 0,
    constraint checkpoints_pkey primary key (partition, view, generation)
) with (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The seed's bitmap: one row is a day's availability, whatever the history.
create table daily_availability (
    partition smallint not null,
    resource_id text collate "C" not null,
    date date not null,
    -- The leftmost bit is slot 0, 00:00 UTC; set where a booking stands.
    busy bit(96) not null,
    -- The position of the event that changed the row last.
    position bigint not null,
    constraint daily_availability_pkey primary key (partition, resource_id, date)
) with (fillfactor = 80);

-- The live holds.
create table presence (
    partition smallint not null,
    hold_id uuid not null,
    resource_id text collate "C" not null,
    session_id uuid not null,
    span_start timestamptz not null,
    span_slots integer not null,
    -- presence or checkout
    lease text not null,
    placed_at timestamptz not null,
    renewed_at timestamptz not null,
    lease_expires_at timestamptz not null,
    renewable_until timestamptz not null,
    renewals integer not null,
    position bigint not null,
    constraint presence_pkey primary key (partition, hold_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
-- What a viewer of a day asks: the holds of a resource that may touch it.
create index presence_by_resource on presence (partition, resource_id, span_start);

create table bookings (
    partition smallint not null,
    booking_id uuid not null,
    resource_id text collate "C" not null,
    session_id uuid not null,
    -- confirmed or cancelled
    status text not null,
    span_start timestamptz not null,
    span_slots integer not null,
    -- Sealed: unreadable without the booking's key.
    attendee text not null,
    confirmed_at timestamptz not null,
    changed_at timestamptz not null,
    position bigint not null,
    constraint bookings_pkey primary key (partition, booking_id)
) with (fillfactor = 90);
-- What an operator asks: the bookings of a resource in a stretch of time.
create index bookings_by_resource on bookings (partition, resource_id, span_start);

create table resources (
    partition smallint not null,
    resource_id text collate "C" not null,
    -- open or retired
    status text not null,
    -- As in the event that set them, verbatim.
    settings json not null,
    changed_at timestamptz not null,
    position bigint not null,
    constraint resources_pkey primary key (partition, resource_id)
);
-- Lists run through all partitions in the order of the ids.
create index resources_by_id on resources (resource_id);
