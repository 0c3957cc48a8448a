-- name: directory_turn
-- Held to the end of the transaction: changes of the directory are checked against the whole, so they take turns.
select pg_advisory_xact_lock(hashtext('dondoc.directory'));

-- name: unit_spells
-- What all units were, in the directory's own order and by their days.
select s.code, s.since, s.name, s.aliases, s.kind, s.parent
from unit_spells s join units u using (code) order by u.place, s.code, s.since;

-- name: unit_ends
-- The units that have an end.
select code, on_day, successors, decision_number from unit_ends;

-- name: all_users
-- Everyone, as of now.
select username, full_name, email, active from users order by username;

-- name: person_spells
-- Where everyone worked and in which roles, by their days.
select username, since, unit, roles::text as roles from person_spells order by username, since;

-- name: substitutions
-- Who acts for whom and when.
select id, absent, substitute, first_day, last_day, decision_number from substitutions order by first_day, absent, id;

-- name: put_unit
-- Adds a unit, or gives it another place in the order of the directory.
insert into units (code, place) values ($1, $2) on conflict (code) do update set place = excluded.place;

-- name: put_unit_last
-- Adds a unit at the end of the order of the directory.
insert into units (code, place) select $1, coalesce(max(place), 0) + 1 from units on conflict (code) do nothing;

-- name: put_unit_spell
-- What a unit is from a day on.
insert into unit_spells (code, since, name, aliases, kind, parent) values ($1, $2, $3, $4, $5, $6)
on conflict (code, since) do update set name = excluded.name, aliases = excluded.aliases, kind = excluded.kind,
    parent = excluded.parent;

-- name: put_unit_end
-- The end of a unit.
insert into unit_ends (code, on_day, successors, decision_number) values ($1, $2, $3, $4);

-- name: put_user
-- Adds a person.
insert into users (username, full_name) values ($1, $2);

-- name: put_person_spell
-- Where a person works and in which roles from a day on.
insert into person_spells (username, since, unit, roles) values ($1, $2, $3, $4::json)
on conflict (username, since) do update set unit = excluded.unit, roles = excluded.roles;

-- name: name_user
-- Another name or position of a person.
update users set full_name = $2 where username = $1;

-- name: set_user_active
-- Whether a person may act.
update users set active = $2 where username = $1;

-- name: set_user_email
-- Another mail address of a person, or none; only where it differs.
update users set email = $2 where username = $1 and email is distinct from $2;

-- name: put_substitution
-- Who acts for whom from a day to a day.
insert into substitutions (id, absent, substitute, first_day, last_day, decision_number) values ($1, $2, $3, $4, $5, $6);

-- name: end_substitution
-- Another last day of a substitution.
update substitutions set last_day = $2 where id = $1;
