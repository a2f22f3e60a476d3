-- What retention empties stays protected. Rows that are there keep their hashes; a
-- node that knows nothing of these columns writes rows of version 1, as it did.

-- How the row was hashed, as eventlog/src/hash/row.rs documents it.
alter table events add column hash_version smallint not null default 1;
-- SHA-256 of the payload that retention has taken: what a hash of version 2 covers in
-- its place. Null while the payload is there.
alter table events add column payload_hash bytea;
