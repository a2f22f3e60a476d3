-- Up to where retention says that every renewal is emptied.
-- $1 partition smallint
select position from retention where partition = $1
