-- Names a transaction that may keep what was deleted before transaction $1 from
-- being got rid of. One of this database does when it may still see the deleted
-- rows; one of another database when it writes, since then no snapshot that is
-- taken here can tell that it is over. No row when there is none.
-- $1 text, a transaction's number
select who
from (
    select
        format('process %s (%s, since %s)', pid, application_name, xact_start) as who,
        greatest(
            age(backend_xid),
            case when datname = current_database() or datname is null then age(backend_xmin) end
        ) as age
    from pg_stat_activity
    where pid <> pg_backend_pid()
    union all
    select format('the prepared transaction %s', gid), age(transaction)
    from pg_prepared_xacts
    union all
    select format('the replication slot %s', slot_name), age(xmin)
    from pg_replication_slots
) as transaction
where age > age($1::xid)
order by age desc
limit 1
