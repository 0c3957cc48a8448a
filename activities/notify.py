"""Notices that leave the house. In-app notices need no activity: they are written with the event that they tell of."""

from collections.abc import Iterator

import aiosmtplib
import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.mail import compose_mail, message_id
from activities.messages import NotifyRequest
from activities.smtp import SmtpTarget, connected
from domain.audience import OUTBOUND
from domain.commands import Delivered, RecordDelivery, Undelivered
from domain.directory import Person
from domain.events import Event
from domain.evolve import fold
from storage.deliveries import delivered_to, mark_delivered
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import ReferenceCache

log = structlog.get_logger()


class NotifyActivities:
    """Sends over the channels that are configured; `smtp` is None when mail is not."""

    def __init__(self, pool: Pool, reference: ReferenceCache, smtp: SmtpTarget | None) -> None:
        self._pool = pool
        self._store = PostgresEventStore(pool)
        self._reference = reference
        self._smtp = smtp

    @activity.defn(name="notify")
    async def notify(self, request: NotifyRequest) -> RecordDelivery:
        """Mail everyone the events inform who has not had that mail yet; who was reached and who cannot be.

        Keyed by event, recipient and channel. A server that is away, or a recipient put off, raises, and Temporal tries again;
        a recipient that the server refuses for good is given up.
        """
        if self._smtp is None:
            raise ApplicationError("mail is not configured here (DONDOC_SMTP_URL)", type="ChannelMissing")
        recorded = await self._store.events_of(request.directive_id)
        events = [r.event for r in recorded[: request.last_version]]
        state = fold(events)
        if state is None:
            raise ApplicationError("the directive has no events", type="Defect", non_retryable=True)
        people = (await self._reference.current()).directory.people
        wanted = list(_wanted(events[request.first_version - 1 :], people))
        had = await delivered_to(self._pool, [event.event_id for event, _ in wanted], request.channel)
        delivered = [_delivered(e, p) for e, p in wanted if (e.event_id, p.username) in had]
        undelivered, put_off = [], []
        waiting = [(e, p) for e, p in wanted if (e.event_id, p.username) not in had]
        if waiting:
            async with connected(self._smtp) as session:
                for event, person in waiting:
                    mail = compose_mail(event, state, person, self._smtp.sender)
                    try:
                        await session.send_message(mail)
                    except aiosmtplib.SMTPRecipientsRefused as refused:
                        code, text = refused.recipients[0].code, refused.recipients[0].message
                        if code < 500:
                            put_off.append(person.username)
                            continue
                        error = f"{code} {text}"[:500]
                        item = Undelivered(recipient=person.username, event_id=event.event_id, error=error)
                        undelivered.append(item)
                        continue
                    await mark_delivered(
                        self._pool, event.event_id, person.username, request.channel, str(mail["Message-ID"])
                    )
                    delivered.append(_delivered(event, person))
        log.info(
            "notified",
            directive_id=str(request.directive_id),
            channel=request.channel,
            delivered=len(delivered),
            undelivered=len(undelivered),
            put_off=len(put_off),
        )
        if put_off:
            raise ApplicationError(f"the mail server put off {', '.join(put_off)}", type="PutOff")
        return RecordDelivery(channel=request.channel, delivered=tuple(delivered), undelivered=tuple(undelivered))


def _wanted(events: list[Event], people: dict[str, Person]) -> Iterator[tuple[Event, Person]]:
    for event in events:
        if event.data.type in OUTBOUND:
            for user in event.data.informs:
                person = people.get(user)
                if person is not None and person.active and person.email:
                    yield event, person


def _delivered(event: Event, person: Person) -> Delivered:
    return Delivered(
        recipient=person.username, event_id=event.event_id, message_id=message_id(event.event_id, person.username)
    )
