-- Rows of a partition's bookings that are not, to the byte, as the fold has them:
-- what they are about, the live row, the folded one, and the position they have.
-- $1 partition smallint   $2 limit bigint
select
    'booking ' || booking_id as about,
    live.text as live,
    folded.text as folded,
    coalesce(live.position, folded.position) as position
from (
    select booking_id, position, row::text as text from public.bookings as row where partition = $1
) as live
full join (
    select booking_id, position, row::text as text from pg_temp.bookings as row where partition = $1
) as folded using (booking_id)
where live.text is distinct from folded.text
order by position
limit $2
