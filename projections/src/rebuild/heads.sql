-- Where each partition ends, in the order of their numbers.
select position from heads order by partition
