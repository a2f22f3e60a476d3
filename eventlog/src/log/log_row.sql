-- Reads which log this is.
select id, partitions, master_key_check from log
