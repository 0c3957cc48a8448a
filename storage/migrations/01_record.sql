-- The record: events, the commands they answer, and the one row that hands out global positions.

do $$
begin
    -- Roles belong to the whole server: another database, or whoever prepared the server, may have made it already.
    if not exists (select from pg_roles where rolname = 'dondoc_program') then
        create role dondoc_program nologin;
    end if;
exception when duplicate_object or unique_violation then null;
end $$;

create table events (
    global_position bigint primary key,
    stream_id uuid not null,
    stream_version integer not null check (stream_version > 0),
    event_id uuid not null,
    command_id uuid not null,
    type text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    actor_user text not null,
    actor_unit text,
    actor_role text,
    on_behalf_of text,
    canonical bytea not null,
    leaf_hash bytea not null check (length(leaf_hash) = 32),
    unique (stream_id, stream_version)
);
comment on table events is 'What happened; rows are added and never changed. stream_id is the directive.';
comment on column events.canonical is 'RFC 8785 bytes of the whole envelope: the evidence. The other columns repeat parts of it for queries.';
comment on column events.leaf_hash is 'SHA-256(0x00 || canonical): the leaf of the Merkle tree (RFC 6962) at global_position - 1.';

create table commands (
    command_id uuid primary key,
    stream_id uuid not null,
    fingerprint bytea not null,
    first_version integer not null,
    last_version integer not null,
    last_position bigint not null
);
comment on table commands is 'Accepted commands, so that a repeat gets the first answer and is never carried out twice.';

create table log_head (
    one boolean primary key default true check (one),
    position bigint not null
) with (fillfactor = 10);
comment on table log_head is 'The last global position. Its row lock is held from the assignment to the commit: positions have no gap and become visible in order.';
insert into log_head (position) values (0);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the record is append-only: % on % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete or truncate on events for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on commands for each statement execute function refuse_change();

grant select, insert on events, commands to dondoc_program;
grant select, update on log_head to dondoc_program;
