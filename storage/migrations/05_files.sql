-- Files that people have uploaded; their content is in the object store, under its SHA-256.

create table files (
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    uploaded_by text not null references users (username),
    size bigint not null check (size > 0),
    media_type text not null,
    uploaded_at timestamptz not null default now(),
    primary key (sha256, uploaded_by)
);
comment on table files is 'Who has uploaded what. Only they may attach it: whoever knows a sum need not know the content.';
comment on column files.media_type is 'As last declared by this person, in agreement with the content; an attachment keeps the one of its day.';

grant select, insert, update on files to dondoc_program;
