-- name: assignments
-- What some people carry out, and what they carried out to the end; the newest first.
select officer, title, coalesce((state ->> 'officer_since')::timestamptz, issued_at) as given_at,
       phase not in ('completed', 'withdrawn') as open, phase = 'completed' as completed
from directives where officer = any($1::text[]) order by given_at desc limit $2;

-- name: desk
-- Open directives that may wait for some people: theirs, unassigned ones of their units, and all that wait for somebody's decision.
select state::text as state from directives
where units && $1 and not closed
  and (officer = any($2) or (officer is null and lead_unit = any($1)) or phase in ('awaiting_acceptance', 'declined')
       or state #>> '{extensions,-1,status}' = 'pending')
order by due_at nulls last, code limit $3;

-- name: escalated
-- Directives of some units at work and overdue, of which a higher level has been told; the longest overdue first.
select state::text as state from directives
where units && $1 and phase in ('issued', 'in_progress') and overdue_from <= $2 and (state ->> 'escalation_level')::integer > 0
order by overdue_from, code limit $3;

-- name: at_work_in
-- Directives at work whose lead unit is one of these, the earliest deadline first.
select state::text as state from directives
where lead_unit = any($1) and phase in ('issued', 'in_progress') order by due_at nulls last, code limit $2;
