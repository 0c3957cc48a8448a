-- name: recurrence_by_id
-- One recurrence with the units that may see it.
select state::text as state, units from recurrences where recurrence_id = $1;

-- name: recurrences_page
-- Recurrences that units may see (null: all), of a status (null: any), newest first, after a key; each with its key.
select state::text as state, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as sort_key,
       recurrence_id::text as id
from recurrences
where ($1::text[] is null or units && $1) and ($2::text is null or status = $2)
  and ($3::text is null or (to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), recurrence_id::text) < ($3, $4::text))
order by sort_key desc, id desc limit $5;

-- name: recurrences_count
-- How many recurrences these units may see, of a status.
select count(*) from recurrences where ($1::text[] is null or units && $1) and ($2::text is null or status = $2);

-- name: unended_recurrences
-- Every recurrence that has not ended.
select state::text as state from recurrences where status <> 'ended' order by created_at, recurrence_id;

-- name: put_recurrence
-- Adds a recurrence.
insert into recurrences (recurrence_id, version, status, created_at, units, state) values ($1, $2, $3, $4, $5, $6::json);

-- name: move_recurrence
-- Brings a recurrence from the version before to the next; no row if it stands at another.
update recurrences set version = $2, status = $3, state = $4::json where recurrence_id = $1 and version = $2 - 1 returning version;

-- name: put_recurrence_change
-- Adds one change of a recurrence.
insert into recurrence_changes (command_id, recurrence_id, number, fingerprint, change) values ($1, $2, $3, $4, $5::json);

-- name: recurrence_change_by_command
-- The change that a command has led to.
select recurrence_id, number, fingerprint, change::text as change from recurrence_changes where command_id = $1;

-- name: recurrence_changes
-- What was done to a recurrence, oldest first.
select change::text as change from recurrence_changes where recurrence_id = $1 order by number;

-- name: put_recurrence_refusal
-- Notes that the occurrence of a period was refused; an attempt that runs again is noted once.
insert into recurrence_refusals (recurrence_id, period, attempt, refused_at, refusal) values ($1, $2, $3, $4, $5::json)
on conflict do nothing;

-- name: recurrence_outcomes
-- The periods of a recurrence that were issued (refused_at is null), and those that were refused, once for each time.
select state #>> '{recurrence,period}' as period, null::timestamptz as refused_at
from directives where recurrence = $1::uuid
union all select period, refused_at from recurrence_refusals where recurrence_id = $1;

-- name: occurrences_issued
-- The directives of a recurrence, the latest period first.
select state::text as state from directives where recurrence = $1::uuid
order by state #>> '{recurrence,period}' desc limit $2;

-- name: occurrences_refused
-- The refused occurrences of a recurrence, the latest attempt first.
select period, refused_at, refusal::text as refusal from recurrence_refusals where recurrence_id = $1
order by refused_at desc, period desc limit $2;
