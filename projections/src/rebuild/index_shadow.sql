-- The statements that make the indexes that a live table has and the one in the
-- making has not, of the same names.
-- $1 view text
select replace(
    live.indexdef, ' ON public.' || live.tablename || ' ', ' ON slotkeeper_shadow.' || live.tablename || ' '
)
from pg_indexes as live
where live.schemaname = 'public' and live.tablename = $1
    and not exists (
        select from pg_indexes as made
        where made.schemaname = 'slotkeeper_shadow' and made.indexname = live.indexname
    )
order by live.indexname
