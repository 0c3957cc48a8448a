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

create table webhooks (
    webhook_id uuid primary key default gen_random_uuid(),
    kind text not null default 'webhook' check (kind in ('webhook', 'chat')),
    url text not null check (length(url) <= 2000),
    secret text not null,
    events text[] not null default '{}',
    with_content boolean not null default false,
    state text not null default 'active' check (state in ('active', 'paused', 'removed')),
    position bigint not null,
    created_by text not null,
    created_at timestamptz not null default now()
);
comment on table webhooks is 'Systems that are told of events: each at its address, signed with its secret. Chat targets come from the configuration.';
comment on column webhooks.url is 'Of a chat target only what tells it apart: its address holds secrets.';
comment on column webhooks.secret is 'In the clear: a signature needs it. Emptied when the webhook is removed.';
comment on column webhooks.events is 'Types of events; none: all.';
comment on column webhooks.with_content is 'Whether title and content of what happened are sent along.';
comment on column webhooks.position is 'Events up to here have been looked at.';

create table webhook_deliveries (
    webhook_id uuid not null references webhooks,
    position bigint not null,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead')),
    tries integer not null default 0,
    since timestamptz not null default now(),
    next_try_at timestamptz not null default now(),
    answered integer,
    error text check (length(error) <= 500),
    settled_at timestamptz,
    primary key (webhook_id, position)
);
comment on table webhook_deliveries is 'What each webhook has been, or is still to be, told. The content is the event at the position.';
comment on column webhook_deliveries.since is 'Tries are given up some days after that; sending again by hand begins anew.';
comment on column webhook_deliveries.answered is 'HTTP status of the last answer.';
create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_try_at) where state = 'waiting';
create index webhook_deliveries_settled on webhook_deliveries (state, settled_at desc nulls last, position desc);

grant select, insert, update on feed_addresses to dondoc_program;
grant select, insert on notification_choices to dondoc_program;
grant select, insert, update on digests to dondoc_program;
grant select, insert, update on webhooks to dondoc_program;
grant select, insert, update, delete on webhook_deliveries to dondoc_program;
