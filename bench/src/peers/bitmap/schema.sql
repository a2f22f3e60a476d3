-- A row per resource and day, and the bookings that its bits stand for.
create table daily_availability (
    resource_id integer not null,
    date date not null,
    busy bit(96) not null,
    constraint daily_availability_pkey primary key (resource_id, date)
) with (fillfactor = 80);

create table bookings (
    id uuid not null,
    resource_id integer not null,
    span_start timestamptz not null,
    span_end timestamptz not null,
    session_id uuid not null,
    attendee text not null,
    made_at timestamptz not null default clock_timestamp(),
    constraint bookings_pkey primary key (id)
);
