-- name: put_openid_attempt
-- Notes a sign-in under way; some of those that nobody came back from go.
with over as (
    delete from openid_attempts where attempt_hash in (
        select attempt_hash from openid_attempts where expires_at <= now() limit 100 for update skip locked
    )
)
insert into openid_attempts (attempt_hash, onward, expires_at) values ($1, $2, now() + $3::interval);

-- name: take_openid_attempt
-- Takes a sign-in under way; gives where it was to go, nothing when its time is up.
with taken as (delete from openid_attempts where attempt_hash = $1 returning onward, expires_at)
select onward from taken where expires_at > now();
