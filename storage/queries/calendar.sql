-- name: calendar_decisions
-- Every decision on the calendar with its days as a JSON list, oldest first.
select d.revision, d.number, d.decided_on, d.reason,
       coalesce((select json_agg(json_build_object('day', e.day, 'kind', e.kind, 'reason', e.reason) order by e.day)
                 from calendar_entries e where e.revision = d.revision), '[]')::text as entries
from calendar_decisions d order by d.revision;

-- name: put_calendar_decision
-- Adds a decision; its days follow.
insert into calendar_decisions (revision, number, decided_on, reason) values ($1, $2, $3, $4);

-- name: put_calendar_entry
-- Adds a day of a decision.
insert into calendar_entries (revision, day, kind, reason) values ($1, $2, $3, $4);

-- name: calendar_revisions
-- The revision of the calendar, and that up to which open directives have been brought.
select coalesce((select max(revision) from calendar_decisions), 0) as decided, p.revision as projected from calendar_projected p;

-- name: calendar_was_projected
-- Open directives have been brought up to a revision. Not if another decision came meanwhile: then not all of them have.
update calendar_projected set revision = $1
where revision < $1 and $1 = (select max(d.revision) from calendar_decisions d);

-- name: open_directives_after
-- A page of the open directives, in order of their ids.
select directive_id, state::text as state from directives
where phase not in ('completed', 'withdrawn') and directive_id > $1 order by directive_id limit $2;
