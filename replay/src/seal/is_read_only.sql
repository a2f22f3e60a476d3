-- Whether nothing can be written here: on a standby, or where that is forbidden.
select current_setting('transaction_read_only')::boolean
