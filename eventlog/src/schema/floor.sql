-- The last migrations that programs must know at least.
select server, tool from schema_floor
