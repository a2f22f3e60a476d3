-- Wakes other nodes. Carries no data: they look for themselves.
notify slotkeeper_log
