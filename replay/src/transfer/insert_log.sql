-- Writes which log it is. It was restored once more than where it comes from: what
-- was given out there since is not to be taken for positions of this one.
-- $1 id uuid                $2 partitions smallint       $3 restores integer, there
-- $4 master_key_check text, hexadecimal                  $5 created_at timestamptz
insert into log (id, partitions, restores, master_key_check, created_at)
values ($1, $2, $3 + 1, decode($4, 'hex'), $5)
