-- Units, people, their roles and tokens, and the policies. reference_version tells programs when to read them again.

create table units (
    code text primary key,
    name text not null,
    aliases text[] not null default '{}',
    kind text not null,
    parent text references units (code) deferrable initially deferred,
    place integer not null
);
comment on column units.place is 'The order in which the directory lists them.';

create table users (
    username text primary key,
    full_name text not null,
    unit text not null references units (code) deferrable initially deferred,
    email text,
    active boolean not null default true
);

create table user_roles (
    username text not null references users (username) on delete cascade,
    role text not null,
    unit text not null references units (code) deferrable initially deferred,
    primary key (username, role, unit)
);

create table tokens (
    token_hash bytea primary key check (length(token_hash) = 32),
    username text not null references users (username),
    label text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
);
comment on table tokens is 'Bearer tokens by their SHA-256; the token itself is shown once and kept nowhere.';

create table policies (
    code text not null,
    version integer not null,
    body json not null,
    added_at timestamptz not null default now(),
    primary key (code, version)
);
comment on table policies is 'Every version of every policy; the newest version of a code is in force, older ones stay readable.';

create table reference_version (
    one boolean primary key default true check (one),
    version bigint not null
);
insert into reference_version (version) values (1);

create function raise_reference_version() returns trigger language plpgsql security definer set search_path from current as $$
begin
    update reference_version set version = version + 1;
    return null;
end $$;
create trigger changed after insert or update or delete on units for each statement execute function raise_reference_version();
create trigger changed after insert or update or delete on users for each statement execute function raise_reference_version();
create trigger changed after insert or update or delete on user_roles for each statement execute function raise_reference_version();
create trigger changed after insert or update or delete on policies for each statement execute function raise_reference_version();

grant select on reference_version to dondoc_program;
grant select, insert, update on units, users, tokens to dondoc_program;
grant select, insert, delete on user_roles to dondoc_program;
grant select, insert on policies to dondoc_program;
