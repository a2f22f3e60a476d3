-- Wakes other nodes, and returns the backend that does. Carries no data: they look for
-- themselves. Nothing rests on it, so it does not wait for the disk; that it need not is
-- said within the statement's own transaction, and so can reach no append.
select
    pg_backend_pid() as backend,
    set_config('synchronous_commit', 'off', true) as synchronous_commit,
    pg_notify('slotkeeper_log', '') as notified
