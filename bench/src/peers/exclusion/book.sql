-- Books a span unless it is taken; no row is written then.
-- Plain inserts deadlock under contention; this form waits and gives in.
-- $1 id uuid              $2 resource_id integer  $3 start timestamptz
-- $4 end timestamptz      $5 session_id uuid      $6 attendee text
insert into bookings (id, resource_id, during, session_id, attendee)
values ($1, $2, tstzrange($3, $4), $5, $6)
on conflict do nothing
