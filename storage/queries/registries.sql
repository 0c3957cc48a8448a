-- name: claim_positions
-- Takes the next $1 global positions; gives the one before them. Their row lock is held to the commit (see record.sql).
update log_head set position = position + $1 returning position - $1 as before;

-- name: registry_version
-- The version of a registry's last event, 0 before the first.
select coalesce(max(stream_version), 0) from events where stream_id = $1;

-- name: put_registry_event
-- One event of a registry at a position that was claimed.
insert into events (global_position, event_id, stream_id, stream_version, command_id, type, occurred_at, recorded_at,
                    actor_user, actor_unit, actor_role, on_behalf_of, canonical, leaf_hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: put_registry_command
-- The change that an event of a registry answers, so that it is never entered twice.
insert into commands (command_id, stream_id, fingerprint, first_version, last_version, last_position)
values ($1, $2, $3, $4, $4, $5);

-- name: announce
-- Wakes the listeners; the position is a hint, they read for themselves.
select pg_notify('dondoc', $1::bigint::text);

-- name: person_changes
-- The changes of the directory that concern a person, newest first.
select e.canonical from events e
where e.stream_id = $1 and e.type like 'Person%' and convert_from(e.canonical, 'UTF8')::json #>> '{data,username}' = $2
order by e.stream_version desc limit $3;
