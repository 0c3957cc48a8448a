-- name: before_decision
-- What a decision needs: the directive's state, the first answer to the command if there is one, and the reference version.
select
    (select d.state::text from directives d where d.directive_id = $1) as state,
    (select c from commands c where c.command_id = $2) as answer,
    (select r.version from reference_version r) as reference_version;

-- name: append
-- Appends the events of one or many commands and everything that follows from them, in one statement, so in one transaction.
-- A taken (stream, version) or command id raises unique_violation and nothing is written. Where a directive's last event before
-- these is not there, or the reference version ($45) is no longer the current one, nothing is written either: "before" is null.
with head as (
    update log_head set position = position + cardinality($1::uuid[])
    where ($45::bigint is null or $45 = (select r.version from reference_version r))
      and not exists (
        select from (select a.stream_id, min(a.version) - 1 as last
                     from unnest($2::uuid[], $3::integer[]) as a (stream_id, version) group by a.stream_id) as awaited
        where awaited.last > 0 and not exists (
            select from events p where p.stream_id = awaited.stream_id and p.stream_version = awaited.last))
    returning position - cardinality($1::uuid[]) as before
), new_events as (
    insert into events (global_position, event_id, stream_id, stream_version, command_id, type, occurred_at, recorded_at,
                        actor_user, actor_unit, actor_role, on_behalf_of, canonical, leaf_hash)
    select head.before + e.place, e.event_id, e.stream_id, e.stream_version, e.command_id, e.type, e.occurred_at, e.recorded_at,
           e.actor_user, e.actor_unit, e.actor_role, e.on_behalf_of, e.canonical, e.leaf_hash
    from head, unnest($1::uuid[], $2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[],
                      $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[], $13::bytea[]) with ordinality
         as e (event_id, stream_id, stream_version, command_id, type, occurred_at, recorded_at,
               actor_user, actor_unit, actor_role, on_behalf_of, canonical, leaf_hash, place)
), new_commands as (
    insert into commands (command_id, stream_id, fingerprint, first_version, last_version, last_position)
    select c.command_id, c.stream_id, c.fingerprint, c.first_version, c.last_version, head.before + c.last_place
    from head, unnest($14::uuid[], $15::uuid[], $16::bytea[], $17::integer[], $18::integer[], $19::integer[])
         as c (command_id, stream_id, fingerprint, first_version, last_version, last_place)
), standing as (
    insert into directives as now_at (directive_id, code, version, last_position, phase, title, search, lead_unit, units, issuer,
                                      officer, source_number, parent, issued_at, due_at, due_soon_from, overdue_from, state)
    select d.directive_id, d.code, d.version, head.before + d.last_place, d.phase, d.title, d.search, d.lead_unit,
           string_to_array(d.units, ' '), d.issuer, d.officer, d.source_number, d.parent, d.issued_at, d.due_at,
           d.due_soon_from, d.overdue_from, d.state
    from head, unnest($20::uuid[], $21::text[], $22::integer[], $23::integer[], $24::text[], $25::text[], $26::text[],
                      $27::text[], $28::text[], $29::text[], $30::text[], $31::text[], $32::uuid[], $33::timestamptz[],
                      $34::timestamptz[], $35::timestamptz[], $36::timestamptz[], $37::json[])
         as d (directive_id, code, version, last_place, phase, title, search, lead_unit, units, issuer, officer,
               source_number, parent, issued_at, due_at, due_soon_from, overdue_from, state)
    on conflict (directive_id) do update set
        version = excluded.version, last_position = excluded.last_position, phase = excluded.phase,
        lead_unit = excluded.lead_unit, units = excluded.units, officer = excluded.officer, due_at = excluded.due_at,
        due_soon_from = excluded.due_soon_from, overdue_from = excluded.overdue_from, state = excluded.state
), new_notices as (
    insert into notices (notice_id, position, recipient, directive_id, event_id, type, created_at)
    select n.notice_id, head.before + n.place, n.recipient, n.directive_id, n.event_id, n.type, n.created_at
    from head, unnest($38::uuid[], $39::integer[], $40::text[], $41::uuid[], $42::uuid[], $43::text[], $44::timestamptz[])
         as n (notice_id, place, recipient, directive_id, event_id, type, created_at)
)
select head.before, r.version as reference_version,
       case when head.before is not null then pg_notify('dondoc', (head.before + cardinality($1::uuid[]))::text) end
from reference_version r left join head on true;

-- name: next_code
-- The next number of a year, like 2026/0123; no row if the command has been answered already, or decided under a reference version
-- ($3) that is no longer the current one.
select next_code($1)
where not exists (select from commands where command_id = $2)
  and ($3::bigint is null or $3 = (select r.version from reference_version r));

-- name: events_of_directive
-- A directive's events with a version above $2, oldest first.
select global_position, canonical, leaf_hash from events where stream_id = $1 and stream_version > $2 order by stream_version;

-- name: events_after
-- Events after a position, in order.
select global_position, canonical, leaf_hash from events where global_position > $1 order by global_position limit $2;

-- name: events_after_for_units
-- Events after a position that concern directives of the given units, in order.
select e.global_position, e.canonical, e.leaf_hash
from events e join directives d on d.directive_id = e.stream_id
where e.global_position > $1 and d.units && $3::text[]
order by e.global_position limit $2;

-- name: head_position
-- The last global position.
select position from log_head;

-- name: find_command
-- The first answer to a command.
select c.command_id, c.stream_id, c.fingerprint, c.first_version, c.last_version, c.last_position
from commands c where c.command_id = $1;

-- name: broadcast_after
-- Events after a position with the units that may see each, in order.
select e.global_position, e.canonical, e.leaf_hash, d.units
from events e join directives d on d.directive_id = e.stream_id
where e.global_position > $1 order by e.global_position limit $2;
