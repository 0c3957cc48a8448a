-- name: streams_after
-- Streams by the position of their first event, after $1, without those of registries ($2).
select stream_id, global_position from events
where stream_version = 1 and global_position > $1 and stream_id <> all($2::uuid[]) order by global_position limit $3;

-- name: events_of_streams
-- The events of several streams, each stream in order of versions.
select stream_id, global_position, canonical, leaf_hash from events where stream_id = any($1::uuid[])
order by stream_id, stream_version;

-- name: directives_led_by
-- The directives that these units lead, in the order in which they were issued.
select directive_id from directives where lead_unit = any($1::text[]) order by issued_at, code;

-- name: count_directives
-- How many directives there are.
select count(*) from directives;

-- name: mailed_people
-- Everybody that an outcome of mail names, with the first and the last time that it was recorded, up to $1.
select mail ->> 'recipient' as username, min(e.recorded_at) as first, max(e.recorded_at) as last
from events e, convert_from(e.canonical, 'UTF8') as body,
     jsonb_array_elements(coalesce(body::jsonb #> '{data,delivered}', body::jsonb #> '{data,undelivered}', '[]')) as mail
where e.type in ('NotificationSent', 'NotificationFailed') and e.recorded_at <= $1
group by 1;
