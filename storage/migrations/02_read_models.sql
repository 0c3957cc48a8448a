-- Read models: functions of the events, written in the transaction that writes these, and nothing but the events.

create table directives (
    directive_id uuid primary key,
    code text not null unique,
    version integer not null,
    last_position bigint not null,
    phase text not null,
    title text not null,
    search text not null,
    lead_unit text not null,
    units text[] not null,
    issuer text not null,
    officer text,
    source_number text,
    parent uuid,
    issued_at timestamptz not null,
    due_at timestamptz,
    due_soon_from timestamptz,
    overdue_from timestamptz,
    state json not null
) with (fillfactor = 70);
comment on table directives is 'Where each directive stands: the fold of its events. state is the whole fold, the other columns serve filters.';
comment on column directives.search is 'Folded title, content, number and source number (no accents, lower case), for searching.';
comment on column directives.units is 'Lead, coordinating, informed and issuing units: who may see it.';
create index directives_by_lead_unit on directives (lead_unit);
create index directives_by_units on directives using gin (units);
create index directives_by_due on directives (due_at);
create index directives_by_parent on directives (parent) where parent is not null;

create table notices (
    notice_id uuid primary key,
    position bigint not null,
    recipient text not null,
    directive_id uuid not null,
    event_id uuid not null,
    type text not null,
    created_at timestamptz not null,
    read_at timestamptz
) with (fillfactor = 90);
comment on table notices is 'The in-app inbox: one row for each person an event informs. read_at is the one thing that is not a function of the events.';
create index notices_by_recipient on notices (recipient, position desc);
create index notices_unread on notices (recipient) where read_at is null;

create table deliveries (
    event_id uuid not null,
    recipient text not null,
    channel text not null,
    message_id text not null,
    delivered_at timestamptz not null,
    primary key (event_id, recipient, channel)
);
comment on table deliveries is 'What an outside channel has taken; asked before a repeat sends anything again.';

create table code_counters (
    year integer primary key,
    last integer not null
);
comment on table code_counters is 'The last number given to a directive in each year, as in 2026/0123.';

create function next_code(for_year integer) returns text language plpgsql as $$
declare number integer;
begin
    -- Safe without waiting for the disk: the event that uses the number is flushed later in the same log.
    perform set_config('synchronous_commit', 'off', true);
    insert into code_counters as c (year, last) values (for_year, 1)
        on conflict (year) do update set last = c.last + 1 returning last into number;
    return for_year || '/' || lpad(number::text, greatest(4, length(number::text)), '0');
end $$;

grant select, insert, update on directives, notices, deliveries, code_counters to dondoc_program;
