-- What places outside said against the record.

create table contradictions (
    size bigint not null references checkpoints (size),
    place text not null,
    reason text not null,
    told_at timestamptz not null default now(),
    primary key (size, place)
);
comment on table contradictions is 'A place outside holds a checkpoint that the one of this size does not go on from: record or place was rewritten.';

create trigger append_only before update or delete or truncate on contradictions for each statement execute function refuse_change();

grant select, insert on contradictions to dondoc_program;
