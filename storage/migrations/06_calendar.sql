-- Decisions on the working calendar over the holiday library. A later decision overrides an earlier one; none is ever changed.

create table calendar_decisions (
    revision integer primary key check (revision > 0),
    number text not null unique,
    decided_on date,
    reason text not null,
    added_at timestamptz not null default now()
);
comment on column calendar_decisions.revision is 'Counts the decisions from 1; part of the calendar version that events of directives name.';
comment on column calendar_decisions.number is 'The number of the document, like 15/QĐ-UBND.';

create table calendar_entries (
    revision integer not null references calendar_decisions (revision),
    day date not null,
    kind text not null check (kind in ('day_off', 'working', 'as_usual')),
    reason text not null,
    primary key (day, revision)
);
comment on table calendar_entries is 'The decided days; of each day the entry with the highest revision is in force.';
create trigger changed after insert or update or delete on calendar_entries for each statement
    execute function raise_reference_version();

create table calendar_projected (
    one boolean primary key default true check (one),
    revision integer not null
);
comment on table calendar_projected is 'Up to which revision open directives have been brought; a worker that finds it behind brings them on.';
insert into calendar_projected (revision) values (0);

grant select, insert on calendar_decisions, calendar_entries to dondoc_program;
grant select, update on calendar_projected to dondoc_program;
