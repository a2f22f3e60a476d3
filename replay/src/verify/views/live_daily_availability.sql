-- A partition's rows of daily_availability.
-- $1 partition smallint
select resource_id, date, busy, buffer, seats, buffer_seats, position
from daily_availability
where partition = $1
