-- The statements that make a table like a live one, with its primary key, which
-- folds need, its storage parameters, its owner and who may read it. The other
-- indexes come after the rows.
-- $1 view text
with live as (
    select oid, relname, reloptions, relacl, relowner
    from pg_class
    where oid = format('public.%I', $1)::regclass
)
select statement from (
    select 1 as nth, 'create schema if not exists slotkeeper_shadow' as statement
    union all
    select 2, format(
        'create table slotkeeper_shadow.%I (like public.%I including all excluding indexes)',
        relname, relname
    )
    from live
    union all
    select 3, format(
        'alter table slotkeeper_shadow.%I set (%s)', relname, array_to_string(reloptions, ', ')
    )
    from live
    where reloptions is not null
    union all
    select 4, format(
        'alter table slotkeeper_shadow.%I add constraint %I %s',
        relname, conname, pg_get_constraintdef(pg_constraint.oid)
    )
    from live
    join pg_constraint on conrelid = live.oid and contype = 'p'
    union all
    select 5, format(
        'alter table slotkeeper_shadow.%I owner to %I', relname, pg_get_userbyid(relowner)
    )
    from live
    where pg_get_userbyid(relowner) <> current_user
    union all
    select 6, format(
        'grant %s on slotkeeper_shadow.%I to %s%s',
        allowed.privilege_type,
        relname,
        case when allowed.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(allowed.grantee)) end,
        case when allowed.is_grantable then ' with grant option' else '' end
    )
    from live
    cross join aclexplode(relacl) as allowed
    where allowed.grantee <> relowner
) as statements
order by nth
