-- Whether the index that compares streams by their bytes is built; no row where the
-- columns do so themselves, and where there are no events.
select coalesce(
    (
        select bool_and(indisvalid)
        from pg_index
        where indexrelid = to_regclass('events_expected_version_bytewise')
    ),
    false
)
from pg_attribute
where attrelid = to_regclass('events')
    and attname = 'aggregate_id'
    and attcollation <> '"C"'::regcollation
