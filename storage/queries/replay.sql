-- name: events_known_by
-- Events recorded by $3 of the streams from id $1 to id $2, a stream after the other in order of versions; with units ($4), of the
-- directives that concern them; with a unit ($5), of those that it leads or once led.
select stream_id, canonical from events
where stream_id between $1 and $2 and recorded_at <= $3
  and (($4::text[] is null and $5::text is null)
       or stream_id in (select d.directive_id from directives d
                        where ($4::text[] is null or d.units && $4) and ($5::text is null or $5 = any(d.units))))
order by stream_id, stream_version;
