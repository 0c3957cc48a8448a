-- name: overview
-- What a leader sees first at $1, of some units ($2) or of all (null), in one snapshot. Each line is a figure of a unit, of a source (the
-- $4 with most open ones), of a day among those that begin at $3, or of a decision that is awaited: its key, the kind of the source, and
-- how many by cell, where what is due soon stands apart from what is in time. Days and decisions have a count alone, under an empty name.
with counted as (
    select lead_unit, source_number, grouping(lead_unit) = 0 as of_unit, cell, count(*) as count
    from (select lead_unit, source_number, ended_cell as cell
          from directives where closed and ($2::text[] is null or units && $2::text[])
          union all
          select lead_unit, source_number,
                 case when due_soon_from <= $1 and due_at is not null and (overdue_from is null or overdue_from > $1) then 'due_soon'
                      else status_cell(phase, due_at, overdue_from, $1) end as cell
          from directives where not closed and ($2::text[] is null or units && $2::text[])) as seen
    group by grouping sets ((lead_unit, cell), (source_number, cell))
), lines as (
    select of_unit, coalesce(lead_unit, source_number) as key, json_object_agg(cell, count) as counts,
           coalesce(sum(count) filter (where cell like 'open%' or cell = 'due_soon'), 0) as open
    from counted where of_unit or source_number is not null group by of_unit, lead_unit, source_number
), sources as (
    select key, counts from lines where not of_unit order by open desc, key collate "C" limit $4
), running as (
    select width_bucket(due_at, $3::timestamptz[]) as day from directives
    where not closed and phase in ('issued', 'in_progress') and due_at > $1 and due_at >= ($3::timestamptz[])[1]
      and due_at < ($3::timestamptz[])[cardinality($3::timestamptz[])] and ($2::text[] is null or units && $2::text[])
)
select 'unit' as part, key, null as kind, counts::text as counts from lines where of_unit
union all
select 'source', key, (select d.state #>> '{source,kind}' from directives d
                       where d.source_number = key and ($2::text[] is null or d.units && $2::text[])
                       order by d.issued_at desc, d.directive_id desc limit 1), counts::text from sources
union all
select 'day', day::text, null, json_build_object('', count(*))::text from running group by day
union all
select 'awaits', awaits, null, json_build_object('', count(*))::text from directives
where not closed and awaits is not null and ($2::text[] is null or units && $2::text[]) group by awaits;
