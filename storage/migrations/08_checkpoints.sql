-- The Merkle log over the record: kept nodes of its tree, signed checkpoints, cosignatures, and where checkpoints were taken to.

create table merkle_nodes (
    level smallint not null check (level in (8, 16, 24, 32)),
    place bigint not null check (place >= 0),
    hash bytea not null check (length(hash) = 32),
    primary key (level, place)
);
comment on table merkle_nodes is 'Roots of complete subtrees of 2^level events, so that a proof reads a few hundred hashes; a function of events.leaf_hash.';

create table checkpoints (
    size bigint primary key check (size >= 0),
    root bytea not null check (length(root) = 32),
    note text not null,
    made_at timestamptz not null default now()
);
comment on table checkpoints is 'Signed statements: at this size the record has this root (C2SP tlog-checkpoint). Copies are taken out of the house.';

create table cosignatures (
    size bigint not null references checkpoints (size),
    key text not null,
    line text not null,
    received_at timestamptz not null default now(),
    primary key (size, key)
);
comment on table cosignatures is 'What witnesses outside signed under a checkpoint; key is name+id, line the signature line of the note.';

create table checkpoint_copies (
    size bigint not null references checkpoints (size),
    place text not null,
    receipt text,
    taken_at timestamptz not null default now(),
    primary key (size, place)
);
comment on table checkpoint_copies is 'Which place outside has taken which checkpoint; receipt is what it gave for it, like a time stamp in base64.';

create trigger append_only before update or delete or truncate on merkle_nodes for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on checkpoints for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on cosignatures for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on checkpoint_copies for each statement execute function refuse_change();

grant select, insert on merkle_nodes, checkpoints, cosignatures, checkpoint_copies to dondoc_program;
