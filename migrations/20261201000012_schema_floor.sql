-- Old and new programs beside each other: which of the old ones still fit.
create table schema_floor (
    only_row boolean not null default true,
    -- The last migration that a server must know at least, to run on this schema.
    server bigint not null,
    -- The same of slotkeeper-replay, which reads what servers need not know of.
    tool bigint not null,
    constraint schema_floor_pkey primary key (only_row),
    constraint schema_floor_has_one_row check (only_row)
);

insert into schema_floor (server, tool) values (20261126000003, 20261201000010);
