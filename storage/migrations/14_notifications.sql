-- Notices out of the house. Like sign-in, these tables are no part of the record.

create table feed_addresses (
    username text primary key references users (username),
    address_hash bytea not null unique check (length(address_hash) = 32),
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
comment on table feed_addresses is 'Addresses of calendar feeds by the SHA-256 of their secret part, which is shown once and kept nowhere.';

create table notification_choices (
    username text not null references users (username),
    channel text not null,
    since timestamptz not null default now(),
    mode text not null check (mode in ('each', 'daily', 'urgent_only', 'off')),
    primary key (username, channel, since)
);
comment on table notification_choices is 'What people chose for a channel, and from when on. Rows stay: an event goes by the choice that held when it was recorded.';

create table digests (
    username text not null references users (username),
    day date not null,
    after_position bigint not null,
    through_position bigint not null,
    claimed_until timestamptz not null,
    tries integer not null default 1,
    outcome text check (outcome in ('sent', 'nothing', 'refused')),
    error text check (length(error) <= 500),
    settled_at timestamptz,
    check ((outcome is null) = (settled_at is null)),
    primary key (username, day)
);
comment on table digests is 'One summary by mail a person and local day: the notices after a position up to one.';
comment on column digests.claimed_until is 'So long the worker that took it has it for itself.';
comment on column digests.outcome is 'null: it is under way, or waits for the mail server. nothing: there was nothing to tell.';

grant select, insert, update on feed_addresses to dondoc_program;
grant select, insert on notification_choices to dondoc_program;
grant select, insert, update on digests to dondoc_program;
