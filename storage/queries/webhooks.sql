-- name: put_webhook
-- Adds a webhook that is told of events from now on; gives its id.
insert into webhooks (url, secret, events, with_content, created_by, position)
values ($1, $2, $3::text[], $4, $5, (select h.position from log_head h)) returning webhook_id;

-- name: webhooks_kept
-- Webhooks that are not removed, the oldest first, with how many deliveries stand where.
select w.webhook_id, w.kind, w.url, w.events, w.with_content, w.state, w.created_by, w.created_at,
       count(d.*) filter (where d.state = 'waiting') as waiting, count(d.*) filter (where d.state = 'sent') as sent,
       count(d.*) filter (where d.state = 'dead') as dead
from webhooks w left join webhook_deliveries d using (webhook_id)
where w.state <> 'removed' group by w.webhook_id order by w.created_at, w.webhook_id;

-- name: set_webhook_state
-- Pauses, resumes or removes a webhook that is not removed; gives its id. A removed one keeps no secret.
update webhooks set state = $2, secret = case when $2 = 'removed' then '' else secret end
where webhook_id = $1 and state <> 'removed' and ($3::text is null or kind = $3) returning webhook_id;

-- name: put_chat_target
-- A chat target of the configuration, told of events from now on; one that is there already goes on where it is.
insert into webhooks as w (webhook_id, kind, url, secret, events, created_by, position)
values ($1, 'chat', $2, '', $3::text[], 'system', (select h.position from log_head h))
on conflict (webhook_id) do update set state = 'active', url = excluded.url, events = excluded.events,
    position = case when w.state = 'active' then w.position else excluded.position end;

-- name: drop_chat_targets
-- Chat targets that the configuration does not name any more are told nothing.
update webhooks set state = 'removed' where kind = 'chat' and state <> 'removed' and webhook_id <> all($1::uuid[]);

-- name: active_webhooks
-- What is told of events now.
select webhook_id, kind, url, secret, with_content from webhooks where state = 'active' order by webhook_id;

-- name: queue_deliveries
-- Looks at the next events on behalf of a webhook and queues what it is to be told; gives how many were looked at.
with hook as (
    select webhook_id, events, position from webhooks where webhook_id = $1 and state = 'active' for update skip locked
), next as (
    select e.global_position, e.type, d.directive_id
    from hook, lateral (select global_position, type, stream_id from events where global_position > hook.position
                        order by global_position limit $2) e
    left join directives d on d.directive_id = e.stream_id
), queued as (
    insert into webhook_deliveries (webhook_id, position)
    select hook.webhook_id, next.global_position from hook, next
    where next.directive_id is not null and (cardinality(hook.events) = 0 or next.type = any(hook.events))
    on conflict do nothing
), moved as (
    update webhooks set position = (select max(global_position) from next)
    where webhook_id = (select webhook_id from hook) and exists (select from next)
)
select count(*) from next;

-- name: claim_deliveries
-- Takes some of what a webhook is to be told now upon oneself for a while, in order, with the events.
with due as (
    select d.webhook_id, d.position from webhook_deliveries d
    where d.webhook_id = $1 and d.state = 'waiting' and d.next_try_at <= now()
    order by d.next_try_at, d.position limit $2 for update skip locked
), taken as (
    update webhook_deliveries d set next_try_at = now() + $3::interval, tries = d.tries + 1
    from due where d.webhook_id = due.webhook_id and d.position = due.position
    returning d.position, d.tries, d.since
)
select t.position, t.tries, t.since, e.canonical, s.code, s.title
from taken t join events e on e.global_position = t.position join directives s on s.directive_id = e.stream_id
order by t.position;

-- name: settle_delivery
-- What came of a try: the state, when to try again, the status answered, and what went wrong.
update webhook_deliveries set state = $3, next_try_at = coalesce($4, next_try_at), answered = $5, error = $6,
    settled_at = case when $3 = 'waiting' then null else now() end
where webhook_id = $1 and position = $2 and state = 'waiting';

-- name: send_again
-- Puts a dead delivery, or with null all dead ones of a webhook, back in the queue from the beginning; gives their number.
with again as (
    update webhook_deliveries set state = 'waiting', tries = 0, since = now(), next_try_at = now(), settled_at = null
    where webhook_id = $1 and ($2::bigint is null or position = $2) and state = 'dead' returning 1
)
select count(*) from again;

-- name: deliveries_in
-- Deliveries in a state, the latest first, with the webhook and what each is about.
select d.webhook_id, d.position, d.tries, d.next_try_at, d.answered, d.error, d.settled_at, w.url, w.kind, e.type, s.code
from webhook_deliveries d join webhooks w using (webhook_id) join events e on e.global_position = d.position
join directives s on s.directive_id = e.stream_id
where d.state = $1 and w.state <> 'removed' order by d.settled_at desc nulls last, d.position desc limit $2;

-- name: forget_deliveries
-- Lets go of what was told, or given up, before an instant; gives the number.
with gone as (delete from webhook_deliveries where state in ('sent', 'dead') and settled_at < $1 returning 1) select count(*) from gone;

-- name: outcomes_of_mail
-- The latest outcomes of mail for directives among the last $2 events, with their numbers.
select e.canonical, d.code, d.title from events e join directives d on d.directive_id = e.stream_id
where e.global_position > (select position from log_head) - $2 and e.type = $1 order by e.global_position desc limit $3;

-- name: digests_settled
-- The latest digests and those under way, with what became of each.
select username, day, outcome, error, tries, settled_at from digests order by day desc, settled_at desc nulls first, username limit $1;

-- name: send_digest_again
-- A digest that was refused is tried again as long as it is of this day; gives the day.
update digests set outcome = null, error = null, settled_at = null, claimed_until = now()
where username = $1 and day = $2 and outcome = 'refused' returning day;
