-- How many seats bookings and holds take; of a day, how many are taken in each slot, where
-- that is more than one somewhere. Nothing where one seat is all there is, so that no row
-- is written again.
alter table bookings add column quantity smallint not null default 1;
alter table presence add column quantity smallint not null default 1;
-- Runs of slots with their counts, "52-55:3,60"; null where none has more than one. The
-- masks tell where any is taken.
alter table daily_availability add column seats text;
alter table daily_availability add column buffer_seats text;
-- The most seats that the resource ever had: as long as that is one, its bookings do not
-- overlap.
alter table resources add column seats_most smallint not null default 1;
