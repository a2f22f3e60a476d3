-- What bookings and holds keep free beside their spans, in slots before and after; of a
-- day, those slots that buffers of bookings take. Nothing where there is none, so that
-- no row is written again.
alter table bookings add column buffer_before smallint not null default 0;
alter table bookings add column buffer_after smallint not null default 0;
alter table presence add column buffer_before smallint not null default 0;
alter table presence add column buffer_after smallint not null default 0;
alter table daily_availability add column buffer bit(96);
