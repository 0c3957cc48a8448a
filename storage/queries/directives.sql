-- name: directive_by_id
-- One directive with the units that may see it, and its children (with units, those that concern them).
select d.state::text as state, d.units, array(select c.directive_id from directives c
                                                where c.parent = d.directive_id and ($2::text[] is null or c.units && $2)
                                                order by c.issued_at, c.code) as children
from directives d where d.directive_id = $1;

-- name: directives_by_ids
-- Several directives at once.
select directive_id, state::text as state from directives where directive_id = any($1::uuid[]);

-- name: units_of_directives
-- The units that may see each of several directives.
select directive_id, units from directives where directive_id = any($1::uuid[]);

-- name: directive_by_code
-- The same by its number.
select d.state::text as state, d.units, array(select c.directive_id from directives c
                                                where c.parent = d.directive_id and ($2::text[] is null or c.units && $2)
                                                order by c.issued_at, c.code) as children
from directives d where d.code = $1;

-- name: status_cells
-- Directives in each of the six cells, and withdrawn, at an instant; for some units or, with null, for all.
-- Closed and open apart: for each there is an index.
select cell, count(*) as count
from (select ended_cell as cell
      from directives where closed and ($2::text[] is null or units && $2::text[])
      union all
      select status_cell(phase, due_at, overdue_from, $1)
      from directives where not closed and ($2::text[] is null or units && $2::text[])) as seen
group by cell order by cell;

-- name: search_by_index
-- For the rest of the transaction: all rows are gone through only where no index serves, and plans are made for the words asked for.
select set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true);

-- name: last_progress
-- The last report on the progress of each of several directives.
select distinct on (stream_id) stream_id, canonical from events
where stream_id = any($1::uuid[]) and type = 'ProgressReported' order by stream_id, stream_version desc;

-- name: children_of
-- The directives that name one of these as their parent; with an instant, those issued by then; with units, those that concern them.
select parent, directive_id from directives
where parent = any($1::uuid[]) and ($2::timestamptz is null or issued_at <= $2) and ($3::text[] is null or units && $3)
order by parent, issued_at, code;

-- name: overslept
-- Directives at work whose next instant passed before $1: their timer is late, or their execution is gone.
select directive_id from directives
where (phase in ('issued', 'in_progress') and (state #>> '{pending_steps,0,due_at}')::timestamptz < $1)
   or (phase = 'suspended' and (state ->> 'resumes_at')::timestamptz < $1)
order by last_position limit $2;

-- name: count_open
-- How many directives have not ended.
select count(*) from directives where not closed;

-- name: open_directives
-- The directives that have not ended, the ones touched first first.
select directive_id from directives where not closed order by last_position;

-- name: open_naming
-- Open directives that concern one of these units, in order of their ids after $2.
select state::text as state from directives
where units && $1::text[] and not closed and directive_id > $2
order by directive_id limit $3;
