-- Notices out of the house. Like sign-in, these tables are no part of the record.

create table feed_addresses (
    username text primary key references users (username),
    address_hash bytea not null unique check (length(address_hash) = 32),
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
comment on table feed_addresses is 'Addresses of calendar feeds by the SHA-256 of their secret part, which is shown once and kept nowhere.';

grant select, insert, update on feed_addresses to dondoc_program;
