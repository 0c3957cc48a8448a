-- name: leaf_hashes
-- The leaf hashes of the events after position $1 up to position $2, in order.
select leaf_hash from events where global_position > $1 and global_position <= $2 order by global_position;

-- name: kept_nodes
-- Kept nodes of a level in the stretches from $2 up to but not including $3, in order.
-- Sorted and limited each on its own, a stretch is a walk along the index, however the planner guesses at ranges.
select n.place, n.hash from unnest($2::bigint[], $3::bigint[]) as s (first, past)
cross join lateral (select k.place, k.hash from merkle_nodes k where k.level = $1 and k.place >= s.first and k.place < s.past
                    order by k.place limit s.past - s.first) as n order by n.place;

-- name: kept_leaves
-- Leaf hashes in the stretches of leaves from $1 up to but not including $2, in order; leaf i is the event at position i + 1.
select e.global_position - 1 as place, e.leaf_hash as hash from unnest($1::bigint[], $2::bigint[]) as s (first, past)
cross join lateral (select k.global_position, k.leaf_hash from events k where k.global_position > s.first and k.global_position <= s.past
                    order by k.global_position limit s.past - s.first) as e order by e.global_position;

-- name: count_kept
-- How many nodes of a level are kept; they are kept from the left without gap.
select coalesce(max(place) + 1, 0) from merkle_nodes where level = $1;

-- name: put_nodes
-- Nodes of a level from place $2 on. The same node computed twice is the same node.
insert into merkle_nodes (level, place, hash)
select $1, $2 + n.nth - 1, n.hash from unnest($3::bytea[]) with ordinality as n (hash, nth) on conflict do nothing;

-- name: put_checkpoint
-- A signed checkpoint; the first one of a size stays.
insert into checkpoints (size, root, note) values ($1, $2, $3) on conflict do nothing;

-- name: last_checkpoint
-- The largest checkpoint.
select size, root, note, made_at from checkpoints order by size desc limit 1;

-- name: checkpoint_of
-- The checkpoint of a size.
select size, root, note, made_at from checkpoints where size = $1;

-- name: checkpoint_covering
-- The smallest checkpoint of at least a size.
select size, root, note, made_at from checkpoints where size >= $1 order by size limit 1;

-- name: checkpoints_after
-- Checkpoints above a size, smallest first.
select size, root, note, made_at from checkpoints where size > $1 order by size limit $2;

-- name: checkpoints_before
-- Checkpoints below a size, largest first; null begins with the largest.
select size, root, note, made_at from checkpoints where $1::bigint is null or size < $1 order by size desc limit $2;

-- name: put_cosignature
-- A witness's cosignature; the first one of a witness stays.
insert into cosignatures (size, key, line) values ($1, $2, $3) on conflict do nothing;

-- name: cosignatures_of
-- The cosignatures under checkpoints of these sizes.
select size, key, line, received_at from cosignatures where size = any($1::bigint[]) order by size, received_at, key;

-- name: put_copy
-- A place outside has taken a checkpoint.
insert into checkpoint_copies (size, place, receipt) values ($1, $2, $3) on conflict do nothing;

-- name: copies_of
-- Where a checkpoint has been taken to.
select place, receipt, taken_at from checkpoint_copies where size = $1 order by taken_at, place;

-- name: last_copies
-- The largest checkpoint that each place has taken.
select distinct on (place) place, size, taken_at from checkpoint_copies order by place, size desc;

-- name: last_copy_in
-- The largest checkpoint that a place has taken.
select max(size) from checkpoint_copies where place = $1;

-- name: put_contradiction
-- What a place said against a checkpoint; the first time stays.
insert into contradictions (size, place, reason) values ($1, $2, $3) on conflict do nothing;

-- name: last_contradictions
-- The last thing that each place said against the record.
select distinct on (place) place, size, reason, told_at from contradictions order by place, size desc;

-- name: claim_place
-- Whether this session is now the only one that takes checkpoints to a place; a session that ends gives it back.
select pg_try_advisory_lock(hashtextextended('checkpoint to ' || $1::text, 0));

-- name: leave_place
-- Gives the place back.
select pg_advisory_unlock(hashtextextended('checkpoint to ' || $1::text, 0));
