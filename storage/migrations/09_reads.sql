-- Reads: who opened which directive, file, bundle or export, when. Evidence like the record itself, and kept like it.

create table reads (
    read_id bigint generated always as identity primary key,
    read_at timestamptz not null default clock_timestamp(),
    reader text not null check (length(reader) between 1 and 200),
    reader_unit text,
    role text,
    role_over text,
    on_behalf_of text,
    door text not null,
    kind text not null,
    subject uuid,
    version integer,
    detail text not null default '' check (length(detail) <= 500)
);
comment on table reads is 'Who opened what, when: noted before the answer was given; rows are added and never changed.';
comment on column reads.role is 'The role that let the reader see it, held over role_over; on_behalf_of names whose role it is if not their own.';
comment on column reads.subject is 'The directive (or recurring directive) that was opened; null for what concerns many.';
comment on column reads.version is 'The version of the directive that was shown.';
comment on column reads.detail is 'The SHA-256 of a file, the selection of an export.';

-- A reader who looks again within the minute adds nothing.
create unique index reads_once_a_minute on reads (
    subject, reader, kind, version, detail, door, on_behalf_of, date_trunc('minute', read_at at time zone 'UTC')
) nulls not distinct;
create index reads_by_reader on reads (reader, read_id);
create index reads_by_time on reads using brin (read_at);

create trigger append_only before update or delete or truncate on reads for each statement execute function refuse_change();

-- Number and time are the database's own: a program cannot choose them.
grant select, insert (reader, reader_unit, role, role_over, on_behalf_of, door, kind, subject, version, detail) on reads
    to dondoc_program;
