-- What the workers have compared with Temporal's histories: how far they are, and the differences that were found last.

create table reconciliation (
    one boolean primary key default true check (one),
    position bigint not null,
    swept_to uuid not null,
    claimed_until timestamptz not null,
    looked_at timestamptz
);
comment on table reconciliation is 'One row: directives touched up to this position have been compared, and open ones up to this id in the present round.';
comment on column reconciliation.claimed_until is 'Until then one worker is at it; the others leave it alone.';
insert into reconciliation (position, swept_to, claimed_until)
    select position, '00000000-0000-0000-0000-000000000000', '-infinity' from log_head;

create table reconciliation_differences (
    directive_id uuid not null,
    kind text not null,
    run_id text not null,
    history_event bigint not null,
    position bigint not null,
    vietnamese text not null,
    english text not null,
    first_seen timestamptz not null default now(),
    last_seen timestamptz not null default now(),
    gone_at timestamptz,
    primary key (directive_id, kind, run_id, history_event, position)
);
comment on table reconciliation_differences is 'What record and histories did not agree about; no evidence but a list to work from: each can be found again by looking.';
comment on column reconciliation_differences.gone_at is 'When a later look no longer found it.';

grant select, update on reconciliation to dondoc_program;
grant select, insert, update, delete on reconciliation_differences to dondoc_program;
