-- Numbers a transaction that begins after all that was deleted before.
select pg_current_xact_id()::xid::text
