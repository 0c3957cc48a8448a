-- Sign-in for pages: passwords by their hashes and sessions by theirs. Like tokens they are no part of the record.

create table passwords (
    username text primary key references users (username),
    hash text not null check (length(hash) between 1 and 500),
    changed_at timestamptz not null default now(),
    must_change boolean not null default false
);
comment on table passwords is 'Local accounts: argon2id hashes in PHC form, each with its salt and parameters. Who has no row signs in by token only.';
comment on column passwords.changed_at is 'When the password became another one; a hash renewed under new parameters leaves it.';
comment on column passwords.must_change is 'Somebody else chose it: its owner has to choose another before anything else.';

create table sessions (
    session_hash bytea primary key check (length(session_hash) = 32),
    username text not null references users (username),
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    idle_until timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    agent text not null default '' check (length(agent) <= 200)
);
comment on table sessions is 'Browsers that are signed in, by the SHA-256 of what their cookie holds; the cookie''s value is kept nowhere.';
comment on column sessions.last_seen_at is 'Brought up to date once a minute at most.';
comment on column sessions.idle_until is 'Unused until then, it is over. The time from last_seen_at to here stays the same.';
comment on column sessions.expires_at is 'Then it is over, however much it is used.';
comment on column sessions.ended_at is 'Signed out, revoked, or replaced by a newer one.';
comment on column sessions.agent is 'What the browser called itself, for its owner to tell sessions apart; anybody can claim anything.';
create index sessions_of_user on sessions (username);

grant select, insert, update on passwords to dondoc_program;
grant select, insert, update, delete on sessions to dondoc_program;
