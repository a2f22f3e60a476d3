-- What retention empties stays protected. Rows that are there keep their hashes; a
-- node that knows nothing of these columns writes rows of version 1, as it did.

-- How the row was hashed, as eventlog/src/hash/row.rs documents it.
alter table events add column hash_version smallint not null default 1;
-- SHA-256 of the payload that retention has taken: what a hash of version 2 covers in
-- its place. Null while the payload is there.
alter table events add column payload_hash bytea;

-- A node that knows nothing of these columns empties rows, too: without the hash, what it
-- leaves of a row of version 2 could not be checked.
create function keep_payload_hash() returns trigger
language plpgsql as $$
begin
    new.payload_hash := sha256(convert_to(old.payload::text, 'UTF8'));
    return new;
end
$$;

create trigger events_keep_payload_hash
before update of payload on events
for each row
when (old.payload is not null and new.payload is null and new.payload_hash is null)
execute function keep_payload_hash();
