-- Recurring directives: what they are, what was done to them, and occurrences that were refused. Those that were issued are
-- directives like all others, and name their recurrence.

create table recurrences (
    recurrence_id uuid primary key,
    version integer not null,
    status text not null check (status in ('active', 'paused', 'ended')),
    created_at timestamptz not null,
    units text[] not null,
    state json not null
);
comment on table recurrences is 'Each recurring directive as it stands: state is the whole of it, the other columns serve filters.';
comment on column recurrences.units is 'Lead, coordinating, informed and issuing units: who may see it.';
create index recurrences_by_units on recurrences using gin (units);

create table recurrence_changes (
    command_id uuid primary key,
    recurrence_id uuid not null references recurrences (recurrence_id),
    number integer not null check (number > 0),
    fingerprint bytea not null,
    change json not null,
    unique (recurrence_id, number)
);
comment on table recurrence_changes is 'Who set it up, paused, resumed, ended or backfilled it, and when; rows are added and never changed.';

create table recurrence_refusals (
    recurrence_id uuid not null references recurrences (recurrence_id),
    period text not null,
    attempt text not null,
    refused_at timestamptz not null,
    refusal json not null,
    primary key (recurrence_id, period, attempt)
);
comment on table recurrence_refusals is 'Occurrences that the rules refused, each attempt (a workflow run) once; a later one may be issued.';

create trigger append_only before update or delete or truncate on recurrence_changes for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on recurrence_refusals for each statement execute function refuse_change();

create index directives_by_recurrence on directives ((state #>> '{recurrence,id}')) where state #>> '{recurrence,id}' is not null;

grant select, insert, update on recurrences to dondoc_program;
grant select, insert on recurrence_changes, recurrence_refusals to dondoc_program;
