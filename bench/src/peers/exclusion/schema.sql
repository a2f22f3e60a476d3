-- Bookings whose spans PostgreSQL itself keeps apart.
create extension if not exists btree_gist;

create table bookings (
    id uuid not null,
    resource_id integer not null,
    during tstzrange not null,
    session_id uuid not null,
    attendee text not null,
    made_at timestamptz not null default clock_timestamp(),
    constraint bookings_pkey primary key (id),
    constraint bookings_apart exclude using gist (resource_id with =, during with &&)
);
