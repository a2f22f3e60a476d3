-- Rows of a partition's daily_availability that are not, to the byte, as the fold has them:
-- what they are about, the live row, the folded one, and the position they have.
-- $1 partition smallint   $2 limit bigint
select
    resource_id || '/' || date as about,
    live.text as live,
    folded.text as folded,
    coalesce(live.position, folded.position) as position
from (
    select resource_id, date, position, row::text as text from public.daily_availability as row where partition = $1
) as live
full join (
    select resource_id, date, position, row::text as text from pg_temp.daily_availability as row where partition = $1
) as folded using (resource_id, date)
where live.text is distinct from folded.text
order by position
limit $2
