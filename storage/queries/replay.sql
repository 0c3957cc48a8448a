-- name: events_known_by
-- Events recorded by $3 of the streams from id $1 to id $2, a stream after the other in order of versions; with units ($4), of the
-- directives that concern them; with a unit ($5), of those that it leads or once led.
select stream_id, canonical from events
where stream_id between $1 and $2 and recorded_at <= $3
  and (($4::text[] is null and $5::text is null)
       or stream_id in (select d.directive_id from directives d
                        where ($4::text[] is null or d.units && $4) and ($5::text is null or $5 = any(d.units))))
order by stream_id, stream_version;

-- name: standing_since
-- Directives to which nothing has happened after $1 and of which nothing was recorded after $2: as the list has them, so they stood.
-- $3 and $4 as above.
select d.code, d.directive_id, d.version, d.title, d.lead_unit, d.officer, d.phase, d.due_at, d.due_soon_from, d.overdue_from
from directives d join events e on e.global_position = d.last_position
where e.occurred_at <= $1 and e.recorded_at <= $2
  and ($3::text[] is null or d.units && $3) and ($4::text is null or d.lead_unit = $4);

-- name: events_of_the_others
-- Events recorded by $2 of the directives issued by $1 that standing_since does not give, one after the other in order of versions.
with others as materialized (
    select d.directive_id
    from directives d left join events e on e.global_position = d.last_position
    where d.issued_at <= $1 and (e.global_position is null or e.occurred_at > $1 or e.recorded_at > $2)
      and ($3::text[] is null or d.units && $3) and ($4::text is null or $4 = any(d.units))
)
select e.stream_id, e.canonical from others o join events e on e.stream_id = o.directive_id
where e.recorded_at <= $2
order by e.stream_id, e.stream_version;
