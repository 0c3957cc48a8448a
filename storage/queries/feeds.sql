-- name: put_feed_address
-- A person's new feed address, in the place of the one before.
insert into feed_addresses (address_hash, username) values ($1, $2)
on conflict (username) do update set address_hash = excluded.address_hash, created_at = now(), revoked_at = null;

-- name: feed_address_user
-- The active user behind a feed address, with the reference version to read them with.
select a.username, (select r.version from reference_version r) as reference_version
from feed_addresses a join users u using (username) where a.address_hash = $1 and a.revoked_at is null and u.active;

-- name: feed_address_of
-- Since when a person has the feed address that is valid.
select created_at from feed_addresses where username = $1 and revoked_at is null;

-- name: revoke_feed_address
-- Ends a person's feed address; gives since when there was one.
update feed_addresses set revoked_at = now() where username = $1 and revoked_at is null returning created_at;

-- name: with_deadlines
-- Directives with a deadline that may be somebody's: of $2 as officers, of units $3, unassigned in units $1, or waiting for a decision.
-- Open ones, and those withdrawn since $4; the earliest deadline first.
select state::text as state from directives
where units && $1 and due_at is not null
  and (phase not in ('completed', 'withdrawn') or (phase = 'withdrawn' and (state ->> 'closed_at')::timestamptz >= $4))
  and (officer = any($2) or units && $3 or (officer is null and lead_unit = any($1)) or phase in ('awaiting_acceptance', 'declined')
       or state #>> '{extensions,-1,status}' = 'pending')
order by due_at, code limit $5;
