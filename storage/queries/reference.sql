-- name: reference_version
-- Rises with every change of units, users, roles, policies or the calendar.
select version from reference_version;

-- name: all_units
-- The directory's units in its own order.
select code, name, aliases, kind, parent from units order by place, code;

-- name: all_users
-- Everyone, with their roles as a JSON list.
select u.username, u.full_name, u.unit, u.email, u.active,
       coalesce(json_agg(json_build_object('role', r.role, 'unit', r.unit) order by r.role, r.unit)
                filter (where r.role is not null), '[]')::text as roles
from users u left join user_roles r using (username)
group by u.username order by u.username;

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

-- name: put_unit
-- Adds a unit or brings it up to date.
insert into units (code, name, aliases, kind, parent, place) values ($1, $2, $3, $4, $5, $6)
on conflict (code) do update set name = excluded.name, aliases = excluded.aliases, kind = excluded.kind,
    parent = excluded.parent, place = excluded.place;

-- name: put_user
-- Adds a person or brings them up to date.
insert into users (username, full_name, unit, email, active) values ($1, $2, $3, $4, $5)
on conflict (username) do update set full_name = excluded.full_name, unit = excluded.unit, email = excluded.email,
    active = excluded.active;

-- name: clear_roles
-- Takes all roles from the named people.
delete from user_roles where username = any($1::text[]);

-- name: put_role
-- Gives a role over a unit.
insert into user_roles (username, role, unit) values ($1, $2, $3);

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
