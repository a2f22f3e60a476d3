-- Reads which log it is.
select id, partitions, restores, encode(master_key_check, 'hex') as master_key_check, created_at
from log
