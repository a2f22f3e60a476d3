-- The makings of a view: the one that is read and, during a rebuild, the one that
-- is to take its place.
create table generations (
    view text not null,
    -- As in checkpoints: 1 is read, 2 is in the making and takes the number 1 when
    -- it takes the place. Whoever reads asks for 1 and needs to know of no rebuild.
    generation integer not null,
    -- Which fold makes it: the release, and the last migration. What one began no
    -- other continues. Null: the servers, as the log grew.
    made_by text,
    begun_at timestamptz not null default clock_timestamp(),
    -- Since when it is read; null while it is in the making.
    live_since timestamptz,
    constraint generations_pkey primary key (view, generation),
    constraint generations_live check ((generation = 1) = (live_since is not null))
);

insert into generations (view, generation, live_since)
select view, 1, clock_timestamp()
from unnest(array['bookings', 'daily_availability', 'presence', 'resources']) as known (view);
