-- What plants faults: functions that append what nobody has decided.
create schema planting;

-- Where an event stands.
create function planting.at(wanted text, thing text) returns bigint language sql stable as $$
    select min(position)
    from events
    where event_type = wanted and thing in (booking_id::text, hold_id::text, aggregate_id)
$$;

-- A row as it stands.
create function planting.row(part int, place bigint) returns events language sql stable as $$
    select * from events where partition = part and position = place
$$;

-- Appends a row like another, with other columns.
create function planting.append(part int, model events, changes jsonb, content json default null)
returns void language plpgsql as $$
declare
    made events;
    head heads;
begin
    select * into head from heads where partition = part;
    made := jsonb_populate_record(model, jsonb_build_object('recorded_at', head.last_at) || changes);
    made.payload := coalesce(content, model.payload);
    made.partition := part;
    made.position := head.position + 1;
    made.tip := 77;
    select coalesce(max(sequence), 0) + 1 into made.sequence
    from events
    where partition = part
        and aggregate_type = made.aggregate_type
        and aggregate_id = made.aggregate_id;
    insert into events select made.*;
    update heads set position = made.position, tip = 77, last_at = made.recorded_at
    where partition = part;
end
$$;

-- The head as the last event has it.
create function planting.set_head(part int) returns void language sql as $$
    update heads set position = last.position, tip = coalesce(last.tip, 0), last_at = last.recorded_at
    from (select * from events where partition = part order by position desc limit 1) as last
    where heads.partition = part
$$;
