-- Bookings: all, and those that stand, by the view.
select
    count(*) as bookings,
    count(*) filter (where status = 'confirmed') as standing
from bookings
