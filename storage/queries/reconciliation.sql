-- name: streams_touched
-- Streams with an event after a position, each with its last one, in order of these; none after the first event younger than $3.
with settled as (
    select coalesce(min(global_position) - 1, (select position from log_head)) as head
    from events where global_position > $1 and recorded_at > now() - $3::interval
)
select e.stream_id, max(e.global_position) as position from events e, settled
where e.global_position > $1 and e.global_position <= settled.head and not e.stream_id = any($4::uuid[])
group by e.stream_id order by position limit $2;

-- name: streams_since
-- Streams with an event recorded from an instant on, in order of their last one.
select stream_id from events where recorded_at >= $1 and not stream_id = any($2::uuid[])
group by stream_id order by max(global_position);

-- name: open_above
-- Open directives with an id above $1, in order of their ids.
select directive_id from directives where directive_id > $1 and phase not in ('completed', 'withdrawn')
order by directive_id limit $2;

-- name: commands_of_streams
-- The ids of the commands that several streams hold events of.
select distinct stream_id, command_id from events where stream_id = any($1::uuid[]);

-- name: people_with_mail
-- Who can be reached by mail.
select username from users where active and email is not null;

-- name: claim_reconciliation
-- How far the comparison is, and its next part for whoever asks; no row while another worker is at it.
update reconciliation set claimed_until = now() + $1::interval where claimed_until < now()
returning position, swept_to, now() as at;

-- name: end_reconciliation
-- The comparison has come so far, and another worker may go on.
update reconciliation set position = $1, swept_to = $2, looked_at = now(), claimed_until = '-infinity';

-- name: reconciliation_standing
-- How far the comparison is, and when it was last at work.
select position, looked_at from reconciliation;

-- name: put_difference
-- A difference that was found, seen the first time or once more; whether it is new or had been gone.
insert into reconciliation_differences as d (directive_id, kind, run_id, history_event, position, vietnamese, english)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (directive_id, kind, run_id, history_event, position) do update set
    last_seen = now(), gone_at = null, vietnamese = excluded.vietnamese, english = excluded.english,
    first_seen = case when d.gone_at is null then d.first_seen else now() end
returning first_seen = last_seen as new;

-- name: end_differences
-- Differences of these directives that were not seen since an instant are gone; how many.
with ended as (
    update reconciliation_differences set gone_at = now()
    where directive_id = any($1::uuid[]) and gone_at is null and last_seen < $2 returning 1
) select count(*) from ended;

-- name: forget_differences
-- Leaves out what has been gone longest, beyond $1 rows in all.
delete from reconciliation_differences where gone_at is not null and (directive_id, kind, run_id, history_event, position) in (
    select directive_id, kind, run_id, history_event, position from reconciliation_differences
    order by gone_at desc nulls first, last_seen desc offset $1);

-- name: standing_differences
-- Directives with differences that are not gone, those seen longest ago first.
select directive_id from reconciliation_differences where gone_at is null
group by directive_id order by min(last_seen) limit $1;

-- name: found_differences
-- Differences, those last seen first; with $1 also those that are gone; with units ($3), of directives that concern one of these,
-- or that the record does not have and so belong to no unit.
select r.directive_id, r.kind, r.run_id, r.history_event, r.position, r.vietnamese, r.english, r.first_seen, r.last_seen, r.gone_at
from reconciliation_differences r left join directives d using (directive_id)
where ($1 or r.gone_at is null) and ($3::text[] is null or d.directive_id is null or d.units && $3)
order by r.last_seen desc, r.directive_id, r.kind limit $2;
