-- Up to where retention says that every renewal is emptied, but for those of holds that
-- end too far on.
-- $1 partition smallint
select position from retention where partition = $1
