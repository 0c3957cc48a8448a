-- name: put_session
-- Opens a session; those of the same person that were over 30 days ago go.
with long_over as (delete from sessions where username = $2 and expires_at < now() - interval '30 days')
insert into sessions (session_hash, username, agent, idle_until, expires_at)
values ($1, $2, $3, now() + $4::interval, now() + $5::interval);

-- name: put_session_by_password
-- Opens a session as put_session does and gives whose it is, unless the password has been changed since $6. It waits for whoever
-- is changing it, and whoever changes it next ends this session too.
with long_over as (delete from sessions where username = $2 and expires_at < now() - interval '30 days'),
verified as materialized (select username from passwords where username = $2 and changed_at = $6 for share)
insert into sessions (session_hash, username, agent, idle_until, expires_at)
select $1, v.username, $3, now() + $4::interval, now() + $5::interval from verified v returning username;

-- name: session_user
-- The active user behind an open session, the reference version to read them with, and whether the password must be changed.
-- With $2 the session has been used: its idle end moves on, at most once a minute, so that most reads write nothing.
with open as materialized (
    select s.session_hash, s.username from sessions s join users u using (username)
    where s.session_hash = $1 and s.ended_at is null and s.idle_until > now() and s.expires_at > now() and u.active
), used as (
    update sessions s set last_seen_at = now(), idle_until = now() + (s.idle_until - s.last_seen_at)
    from open o where $2::boolean and s.session_hash = o.session_hash and s.ended_at is null
        and s.last_seen_at <= now() - interval '1 minute'
)
select o.username, (select r.version from reference_version r) as reference_version, coalesce(p.must_change, false) as must_change
from open o left join passwords p using (username);

-- name: end_session
-- Ends a session that is not yet over; gives whose it was.
update sessions set ended_at = now()
where session_hash = $1 and ended_at is null and idle_until > now() and expires_at > now() returning username;

-- name: end_session_of
-- Ends a session that is not yet over if it is this user's; gives whose it was.
update sessions set ended_at = now()
where session_hash = $1 and username = $2 and ended_at is null and idle_until > now() and expires_at > now() returning username;

-- name: end_sessions_of
-- Ends all sessions of a user that are not yet over, but one; gives each.
update sessions set ended_at = now()
where username = $1 and session_hash is distinct from $2::bytea and ended_at is null and idle_until > now() and expires_at > now()
returning session_hash;

-- name: open_sessions_of
-- The sessions of a user that are not yet over, the last used first.
select session_hash, created_at, last_seen_at, agent from sessions
where username = $1 and ended_at is null and idle_until > now() and expires_at > now()
order by last_seen_at desc, created_at desc, session_hash;

-- name: password_of
-- The hash of a user's password, whether it must be changed, and since when it is this one.
select hash, must_change, changed_at from passwords where username = $1;

-- name: put_password
-- Gives a user a password, by its hash, in place of any other or of the one since $4; gives since when it is this one.
insert into passwords as p (username, hash, must_change) values ($1, $2, $3)
on conflict (username) do update set hash = excluded.hash, must_change = excluded.must_change, changed_at = now()
    where $4::timestamptz is null or p.changed_at = $4 returning changed_at;

-- name: renew_password
-- The same password under a new hash, unless it has been changed meanwhile.
update passwords set hash = $3 where username = $1 and hash = $2;

-- name: tokens_of
-- The valid tokens of a user, the newest first.
select token_hash, label, created_at, expires_at from tokens
where username = $1 and revoked_at is null and expires_at > now() order by created_at desc, token_hash;

-- name: revoke_token_of
-- Ends a valid token if it is this user's; gives its label.
update tokens set revoked_at = now()
where token_hash = $1 and username = $2 and revoked_at is null and expires_at > now() returning label;
