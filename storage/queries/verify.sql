-- name: verify_events
-- All columns of the events of the streams from id $1 to id $2, a stream after the other, each in order of versions.
select global_position, event_id, stream_id, stream_version, command_id, type, occurred_at, recorded_at,
       actor_user, actor_unit, actor_role, on_behalf_of, canonical, leaf_hash
from events where stream_id between $1 and $2 order by stream_id, stream_version;

-- name: verify_directives
-- All columns of directives from id $1 to id $2, in order; units in one text, as the append takes them.
select directive_id, code, version, last_position, phase, title, search, lead_unit, array_to_string(units, ' '), issuer, officer,
       source_number, parent, issued_at, due_at, due_soon_from, overdue_from, state::text
from directives where directive_id between $1 and $2 order by directive_id;

-- name: verify_notices
-- The inbox rows of directives from id $1 to id $2, by directive, position and recipient; whether they were read is no matter of the record.
select notice_id, position, recipient, directive_id, event_id, type, created_at
from notices where directive_id between $1 and $2 order by directive_id, position, recipient collate "C";

-- name: verify_blocks
-- Leaf hashes in blocks of 256 positions: the block, how many events, first and last position, and all hashes in order.
select (global_position - 1) / 256 as block, count(*) as count, min(global_position) as first, max(global_position) as last,
       string_agg(leaf_hash, ''::bytea order by global_position) as hashes
from events group by 1 order by 1;

-- name: verify_nodes
-- The kept nodes of a level, from the left.
select place, hash from merkle_nodes where level = $1 order by place;

-- name: verify_checkpoints
-- All checkpoints, smallest first.
select size, root, note, made_at from checkpoints order by size;

-- name: verify_cosignatures
-- All cosignatures, by size.
select size, key, line, received_at from cosignatures order by size, key;

-- name: verify_stamps
-- What places whose names begin with $1 gave for checkpoints, by size, each with the note that it should be of.
select size, place, receipt, note from checkpoint_copies left join checkpoints using (size)
where starts_with(place, $1) order by size, place;

-- name: verify_head
-- The last position that was handed out.
select position from log_head;
