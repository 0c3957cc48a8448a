-- name: reference_version
-- Rises with every change of units, users, roles, policies or the calendar.
select version from reference_version;

-- name: all_policies
-- Every version of every policy, the newest of each code last: it is in force.
select body::text as body from policies order by code, version;

-- name: policy_version
-- One stored version of a policy.
select body::text from policies where code = $1 and version = $2;

-- name: newest_policy_version
-- The version of a policy that is in force.
select max(version) from policies where code = $1;

-- name: policy_codes
-- The codes of all policies that the record knows.
select distinct code from policies;

-- name: put_policy
-- Adds a version of a policy.
insert into policies (code, version, body) values ($1, $2, $3::json);

-- name: put_token
-- Stores a token by its hash.
insert into tokens (token_hash, username, label, expires_at) values ($1, $2, $3, $4);

-- name: token_user
-- The active user behind a valid token, and the reference version to read them with.
select t.username, (select r.version from reference_version r) as reference_version from tokens t join users u using (username)
where t.token_hash = $1 and t.revoked_at is null and t.expires_at > now() and u.active;

-- name: revoke_token
-- Ends a token; gives its label.
update tokens set revoked_at = now() where token_hash = $1 and revoked_at is null returning label;
