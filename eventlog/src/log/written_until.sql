-- Reads the time of the log's last event; null when it has none.
select max(last_at) from heads where position > 0
