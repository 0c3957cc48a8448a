-- name: export_begun
-- The next $7 directives after position $1 that began up to position $2, with the position of their first event, in its order; where
-- $3 names directives only these, and only directives with an event at or after $4 and before $5. $6 are streams of no directive.
select e.global_position, e.stream_id from events e
where e.stream_version = 1 and e.global_position > $1 and e.global_position <= $2
  and e.stream_id <> all ($6::uuid[]) and ($3::uuid[] is null or e.stream_id = any ($3))
  and (($4::timestamptz is null and $5::timestamptz is null) or exists (
      select from events w where w.stream_id = e.stream_id and w.global_position <= $2
        and ($4 is null or w.occurred_at >= $4) and ($5 is null or w.occurred_at < $5)))
order by e.global_position limit $7;

-- name: export_events
-- All events up to position $2 of the streams $1, one stream after the other in the given order, each in order of versions.
select e.global_position, e.canonical from unnest($1::uuid[]) with ordinality as s (stream_id, place)
join events e on e.stream_id = s.stream_id and e.global_position <= $2 order by s.place, e.stream_version;

-- name: export_events_of_types
-- The events of these types ($3) up to position $2 of the streams $1.
select e.global_position, e.canonical from events e
where e.stream_id = any ($1::uuid[]) and e.global_position <= $2 and e.type = any ($3::text[]) order by e.global_position;
