-- Ends holds that have a row; one that was placed and ended in one batch has none.
-- $1 partition smallint   $2 hold_id uuid[]
delete from presence where partition = $1 and hold_id = any($2)
