-- What hangs on a live table and would not come along to another in its place.
-- $1 view text
select what from (
    select 'the view ' || rewrite.ev_class::regclass as what
    from pg_depend as depends
    join pg_rewrite as rewrite on rewrite.oid = depends.objid
    where depends.classid = 'pg_rewrite'::regclass
        and depends.refobjid = to_regclass(format('public.%I', $1))
        and rewrite.ev_class <> depends.refobjid
    union all
    select 'the trigger ' || tgname
    from pg_trigger
    where tgrelid = to_regclass(format('public.%I', $1)) and not tgisinternal
    union all
    select 'the foreign key ' || conname
    from pg_constraint
    where contype = 'f'
        and to_regclass(format('public.%I', $1)) in (conrelid, confrelid)
    union all
    select 'the row security policy ' || polname
    from pg_policy
    where polrelid = to_regclass(format('public.%I', $1))
    union all
    select 'the publication ' || pubname
    from pg_publication_rel
    join pg_publication on pg_publication.oid = prpubid
    where prrelid = to_regclass(format('public.%I', $1))
    union all
    select 'the rule ' || rulename
    from pg_rewrite
    where ev_class = to_regclass(format('public.%I', $1))
    union all
    select 'the grant of the column ' || attname
    from pg_attribute
    where attrelid = to_regclass(format('public.%I', $1))
        and attacl is not null and not attisdropped
) as hanging
order by what
limit 1
