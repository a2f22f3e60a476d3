-- Reads the ends of all partitions, in their order.
select partition, position, tip, last_at from heads order by partition
