-- name: telling
-- A directive's events from a version on, each with the recipients a channel has reached, and the reference version.
select e.canonical, array(select d.recipient from deliveries d where d.event_id = e.event_id and d.channel = $3) as reached,
       (select r.version from reference_version r) as reference_version
from events e where e.stream_id = $1 and e.stream_version >= $2 order by e.stream_version;

-- name: put_delivery
-- Notes that a channel took a notice.
insert into deliveries (event_id, recipient, channel, message_id, delivered_at) values ($1, $2, $3, $4, now())
on conflict do nothing;

-- name: notices_for
-- A person's notices before a position, newest first, with the directive each is about.
select n.notice_id, n.position, n.type, n.created_at, n.read_at, n.directive_id, n.event_id, d.code, d.title
from notices n join directives d using (directive_id)
where n.recipient = $1 and ($2::bigint is null or n.position < $2) and (not $3 or n.read_at is null)
order by n.position desc limit $4;

-- name: unread_count
-- How many notices a person has not read.
select count(*) from notices where recipient = $1 and read_at is null;

-- name: unread_up_to
-- The same, but no more than $2: a badge shows no more, and years of notices are not counted for every page.
select count(*) from (select 1 from notices where recipient = $1 and read_at is null limit $2) as counted;

-- name: mark_read
-- Marks a person's notice as read; gives it back. Reading twice keeps the first time.
update notices set read_at = coalesce(read_at, now()) where notice_id = $1 and recipient = $2 returning notice_id, read_at;

-- name: mark_all_read
-- Marks a person's unread notices up to a position as read; gives their number.
with marked as (
    update notices set read_at = now() where recipient = $1 and position <= $2 and read_at is null returning 1
)
select count(*) from marked;

-- name: notice_of
-- The number of the directive that a person's notice is about.
select d.code from notices n join directives d using (directive_id) where n.notice_id = $1 and n.recipient = $2;

-- name: failed_mails
-- The failures of mails among the last $1 events, of directives of these units, newest first, with the directive each is about.
select e.global_position as position, e.occurred_at, e.canonical, d.code, d.title
from events e join directives d on d.directive_id = e.stream_id
where e.global_position > (select position from log_head) - $1 and e.type = 'NotificationFailed' and d.units && $2
order by e.global_position desc limit $3;
