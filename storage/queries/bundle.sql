-- name: bundle_range
-- Events from position $1 to position $2, in order.
select global_position, stream_id, stream_version, type, canonical
from events where global_position between $1 and $2 order by global_position;

-- name: bundle_streams
-- Events of some streams up to position $2, in order of positions.
select global_position, stream_id, stream_version, type, canonical
from events where stream_id = any($1::uuid[]) and global_position <= $2 order by global_position;

-- name: bundle_extent
-- The first and the last position of the events of some streams.
select min(global_position) as first, max(global_position) as last from events where stream_id = any($1::uuid[]);

-- name: directives_of_units
-- The directives that concern one of these units, as leading, coordinating, informed, issuing or former one.
select directive_id from directives where units && $1::text[] order by directive_id;

-- name: directives_chosen
-- The directives that concern one of the units $1: from the source document $2, issued from $3 on and before $4; null asks for any.
select directive_id from directives
where units && $1::text[] and ($2::text is null or source_number = $2)
  and ($3::timestamptz is null or issued_at >= $3) and ($4::timestamptz is null or issued_at < $4)
order by directive_id;

-- name: events_within
-- How many events some streams have up to a position; streams without any are left out.
select stream_id, count(*) as events from events
where stream_id = any($1::uuid[]) and global_position <= $2 group by stream_id;

-- name: position_recorded_from
-- The first position that was recorded at an instant or after it.
select min(global_position) from events where recorded_at >= $1;

-- name: position_recorded_before
-- The last position that was recorded before an instant.
select max(global_position) from events where recorded_at < $1;

-- name: noteworthy_checkpoints
-- The largest $2 checkpoints up to size $1 that a witness has cosigned or a place outside has given a receipt for.
select size from checkpoints c where size between 1 and $1 and (
    exists (select from cosignatures s where s.size = c.size)
    or exists (select from checkpoint_copies o where o.size = c.size and o.receipt is not null))
order by size desc limit $2;
