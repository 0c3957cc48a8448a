-- The directory over time: what units were and where people worked from which day on, ends of units, and substitutions.

create table unit_spells (
    code text not null references units (code) deferrable initially deferred,
    since date not null,
    name text not null,
    aliases text[] not null default '{}',
    kind text not null,
    parent text references units (code) deferrable initially deferred,
    primary key (code, since)
);
comment on table unit_spells is 'What a unit is from a local day on, until its next spell or its end; -infinity: as far back as the record goes.';
insert into unit_spells select code, '-infinity', name, aliases, kind, parent from units;
alter table units drop column name, drop column aliases, drop column kind, drop column parent;
comment on table units is 'Every unit there ever was; what it was and when stands in unit_spells and unit_ends.';

create table unit_ends (
    code text primary key references units (code),
    on_day date not null,
    successors text[] not null default '{}',
    decision_number text
);
comment on table unit_ends is 'on_day is the first local day without the unit; the first successor takes over what is open.';

create table person_spells (
    username text not null references users (username) deferrable initially deferred,
    since date not null,
    unit text not null references units (code) deferrable initially deferred,
    roles json not null default '[]',
    primary key (username, since)
);
comment on table person_spells is 'Where a person works and in which roles, as [{role, unit}], from a local day on until the next spell.';
insert into person_spells
select u.username, '-infinity', u.unit,
       coalesce(json_agg(json_build_object('role', r.role, 'unit', r.unit) order by r.role, r.unit)
                filter (where r.role is not null), '[]')
from users u left join user_roles r using (username) group by u.username;
drop table user_roles;
alter table users drop column unit;

create table substitutions (
    id uuid primary key,
    absent text not null references users (username),
    substitute text not null references users (username),
    first_day date not null,
    last_day date not null,
    decision_number text
);
comment on table substitutions is 'Who acts for whom from first_day to last_day, both included; one ended before it began has last_day before first_day.';

create trigger changed after insert or update or delete on unit_spells for each statement execute function raise_reference_version();
create trigger changed after insert or update or delete on unit_ends for each statement execute function raise_reference_version();
create trigger changed after insert or update or delete on person_spells for each statement execute function raise_reference_version();
create trigger changed after insert or update or delete on substitutions for each statement execute function raise_reference_version();

grant select, insert, update on unit_spells, unit_ends, person_spells, substitutions to dondoc_program;

-- Reassigned or succeeded, a directive goes on being seen by the units that led it.
comment on column directives.units is 'Lead, coordinating, informed, issuing and former lead units: who may see it.';
