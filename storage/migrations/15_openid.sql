-- Sign-ins that are under way at an OpenID provider. Like sessions they are no part of the record.

create table openid_attempts (
    attempt_hash bytea primary key check (length(attempt_hash) = 32),
    onward text not null check (length(onward) between 1 and 2000),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
comment on table openid_attempts is 'Browsers on their way through the provider, by the SHA-256 of what their cookie holds. Each is taken away when it comes back.';
comment on column openid_attempts.onward is 'The page of this site to go to afterwards.';
create index openid_attempts_by_end on openid_attempts (expires_at);

grant select, insert, update, delete on openid_attempts to dondoc_program;
