-- name: note_read
-- Notes that something is being opened. Its commit does not wait for the disk. The shared lock (its number spells "reads") is
-- taken before the row's number: whoever closes a range of numbers waits for notes under way, and later ones come after it.
with turn as materialized (
    select set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock_shared(491327153267)
)
insert into reads (reader, reader_unit, role, role_over, on_behalf_of, door, kind, subject, version, detail)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 from turn
on conflict do nothing;

-- name: open_directive
-- One directive by its id or else its number, for somebody who sees it, noted in the same statement: the note names the first of
-- the reader's rights (arrays, the units of each joined by spaces) over one of its units; without one there is no row, and no note.
with asked as materialized (
    select d.directive_id, d.version, d.state::text as state, d.units,
           array(select c.directive_id from directives c where c.parent = d.directive_id and c.units && $3::text[]
                 order by c.issued_at, c.code) as children
    from directives d where d.directive_id = coalesce($1::uuid, (select n.directive_id from directives n where n.code = $2::text))
), seen as materialized (
    select a.*, r.role, r.role_over, r.on_behalf_of, set_config('synchronous_commit', 'off', true),
           pg_advisory_xact_lock_shared(491327153267)
    from asked a cross join lateral (
        select r.role, r.role_over, r.on_behalf_of
        from unnest($4::text[], $5::text[], $6::text[], $7::text[]) with ordinality as r (role, role_over, on_behalf_of, units, place)
        where string_to_array(r.units, ' ') && a.units order by r.place limit 1) r
), noted as (
    insert into reads (reader, reader_unit, role, role_over, on_behalf_of, door, kind, subject, version)
    select $8, $9, s.role, s.role_over, s.on_behalf_of, $10, $11, s.directive_id, s.version from seen s
    on conflict do nothing
)
select state, units, children from seen;

-- name: reads_are_due
-- Whether a read after the number $1 is older than $2.
select coalesce((select read_at < clock_timestamp() - $2::interval from reads where read_id > $1 order by read_id limit 1), false);

-- name: hold_off_reads
-- Waits for the notes under way; those to come get numbers above all that are there. Held to the end of the transaction.
select pg_advisory_xact_lock(491327153267);

-- name: last_read
-- The highest number of a read, 0 before the first.
select coalesce(max(read_id), 0) from reads;

-- name: reads_between
-- Reads with numbers above $1 up to $2, in order.
select read_id, read_at, reader, reader_unit, role, role_over, on_behalf_of, door, kind, subject, version, detail
from reads where read_id > $1 and read_id <= $2 order by read_id limit $3;

-- name: last_of_registry
-- The last event of a registry.
select canonical from events where stream_id = $1 order by stream_version desc limit 1;
