-- name: put_choice
-- What a person chooses for a channel from now on, unless it is what they have.
insert into notification_choices (username, channel, mode)
select $1, $2, $3
where $3 is distinct from coalesce((select c.mode from notification_choices c where c.username = $1 and c.channel = $2
                                    order by c.since desc limit 1), 'each')
on conflict (username, channel, since) do nothing;

-- name: choices_of
-- What some people chose for a channel, the oldest first.
select username, mode, since from notification_choices where channel = $1 and username = any($2::text[]) order by since;

-- name: digests_due
-- Who is to get the digest of the day $1: active people with mail who had chosen it by $2, and whose digest nobody is at or settled.
select u.username, c.since
from users u join lateral (select n.mode, n.since from notification_choices n
                           where n.username = u.username and n.channel = 'email' order by n.since desc limit 1) c on true
where u.active and u.email is not null and c.mode = 'daily' and c.since <= $2
  and not exists (select from digests d where d.username = u.username and d.day = $1
                  and (d.settled_at is not null or d.claimed_until > now()))
order by u.username;

-- name: claim_digest
-- Takes the digest of a person and day upon oneself for a while: the positions of the notices in it; no row if another has it.
insert into digests as d (username, day, after_position, through_position, claimed_until)
values ($1, $2, coalesce((select max(p.through_position) from digests p where p.username = $1 and p.outcome in ('sent', 'nothing')), 0),
        (select h.position from log_head h), now() + $3::interval)
on conflict (username, day) do update set claimed_until = excluded.claimed_until, tries = d.tries + 1
    where d.settled_at is null and d.claimed_until <= now()
returning after_position, through_position;

-- name: settle_digest
-- What became of a digest.
update digests set outcome = $3, error = $4, settled_at = now() where username = $1 and day = $2 and settled_at is null;

-- name: notices_between
-- A person's notices between positions and since an instant, the newest first, with the directive each is about; and how many there are.
select n.type, n.created_at, d.code, d.title, count(*) over () as total
from notices n join directives d using (directive_id)
where n.recipient = $1 and n.position > $2 and n.position <= $3 and n.created_at >= $4
order by n.position desc limit $5;
