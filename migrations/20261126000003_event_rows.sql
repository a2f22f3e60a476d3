-- What an append hands over of each event: one array of rows, which costs half of
-- what an array a column does. A type of its own and not the table's, so that a
-- column more in the table does not turn away nodes that know nothing of it.
create type event_row as (
    aggregate_type text,
    aggregate_id text,
    sequence bigint,
    event_type text,
    event_version text,
    payload json,
    metadata json,
    hash bytea,
    resource_id text,
    day date,
    mask bit varying,
    booking_id uuid,
    hold_id uuid,
    session_id uuid,
    span_start timestamptz,
    span_slots integer,
    lease_expires_at timestamptz
);
