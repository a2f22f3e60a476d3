-- Tables for a fold beside the live ones, gone with the transaction. They hide
-- the live ones from every statement that names no schema.
create temporary table checkpoints (like public.checkpoints including all) on commit drop;
create temporary table daily_availability (like public.daily_availability including all) on commit drop;
create temporary table presence (like public.presence including all) on commit drop;
create temporary table bookings (like public.bookings including all) on commit drop;
create temporary table resources (like public.resources including all) on commit drop;
