"""Notices that leave the house. In-app notices need no activity: they are written with the event that they tell of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import aiosmtplib
import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.mail import compose_mail, message_id
from activities.messages import NotifyBatch, NotifyRequest
from activities.record import only_outages_retry
from activities.recorder import Recorder
from activities.smtp import Mailer
from domain.audience import OUTBOUND
from domain.commands import SYSTEM_USER, CommandEnvelope, Delivered, RecordDelivery, Undelivered
from domain.directory import Person
from domain.events import Event
from domain.ids import delivery_command_id
from domain.state import DirectiveState
from storage.deliveries import mark_delivered, telling
from storage.directives import find
from storage.pool import Pool
from telemetry import MAILS

log = structlog.get_logger()


@dataclass
class _Task:
    """What is left to do of one request, and how far that has come."""

    request: NotifyRequest
    command_id: UUID
    """The outcome is recorded under it: a repeat finds it there."""
    waiting: list[tuple[Event, Person]]
    delivered: list[Delivered]
    """Also whom a try reached that did not finish."""
    undelivered: list[Undelivered] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)

    def refused(self, event: Event, person: Person, code: int, text: str) -> None:
        """The server refused a mail: for now (4yz) or for good (5yz; RFC 5321, section 4.2.1)."""
        if code < 500:
            self.put_off.append(person.username)
        else:
            self.gave_up(event, person, f"{code} {text}")

    def gave_up(self, event: Event, person: Person, error: str) -> None:
        """There is no use in trying this mail again."""
        self.undelivered.append(Undelivered(recipient=person.username, event_id=event.event_id, error=error[:500]))


class NotifyActivities:
    """Sends over the channels that are configured; `mailer` is None when mail is not."""

    def __init__(self, pool: Pool, recorder: Recorder, mailer: Mailer | None) -> None:
        self._pool = pool
        self._recorder = recorder
        self._mailer = mailer

    @activity.defn(name="notify")
    async def notify(self, batch: NotifyBatch) -> None:
        """Mail everyone the events inform who has not had that mail yet, and record who was reached and who cannot be.

        Keyed by event, recipient and channel. A server that is away, or a recipient put off, raises, and is tried again;
        a recipient that the server refuses for good is given up. The outcome of each request is a command of its own with
        an id of its own, so that a repeat finds it recorded and sends nothing.
        """
        if self._mailer is None:
            raise ApplicationError("mail is not configured here (DONDOC_SMTP_URL)", type="ChannelMissing")
        async with only_outages_retry():
            await self._notify(batch.requests, self._mailer)

    @activity.defn(name="give_up_notices")
    async def give_up(self, request: NotifyRequest) -> None:
        """Record as undelivered whom the tries, over now, have not reached; so that the record does not stay silent."""
        async with only_outages_retry():
            tasks, _ = await self._open([request])
            for task in tasks:
                for event, person in task.waiting:
                    task.gave_up(event, person, "the tries ran out")
                await self._conclude(task)

    async def _open(self, requests: Sequence[NotifyRequest]) -> tuple[list[_Task], DirectiveState | None]:
        """What is left to do of each request whose outcome is not recorded yet, and where the directive stands."""
        directive_id, channel = requests[0].directive_id, requests[0].channel
        first = min(request.first_version for request in requests)
        known = await telling(self._pool, directive_id, first, channel)
        people = (await self._recorder.reference_at(known.reference_version)).directory.people
        recorded = {event.command_id for event in known.events}
        tasks = []
        for request in requests:
            events = known.events[request.first_version - first : request.last_version - first + 1]
            command_id = delivery_command_id(events[0].event_id, channel)
            if command_id not in recorded:
                wanted = list(_wanted(events, people))
                had = [_delivered(e, p) for e, p in wanted if (e.event_id, p.username) in known.reached]
                waiting = [(e, p) for e, p in wanted if (e.event_id, p.username) not in known.reached]
                tasks.append(_Task(request, command_id, waiting, had))
        return tasks, await self._state(known.events[-1]) if tasks else None

    async def _state(self, last: Event) -> DirectiveState | None:
        """Where the directive stands after its last event."""
        state = self._recorder.remembered(last.directive_id)
        if state is not None and state.version >= last.stream_version:
            return state
        found = await find(self._pool, last.directive_id)
        return found.state if found else None

    async def _notify(self, requests: Sequence[NotifyRequest], mailer: Mailer) -> None:
        tasks, state = await self._open(requests)
        if state is None:
            return
        try:
            await _send(tasks, state, mailer)
            for task in tasks:
                if not task.put_off:
                    await self._conclude(task)
        except BaseException:
            await self._note(tasks)
            raise
        if put_off := [user for task in tasks for user in task.put_off]:
            await self._note(tasks)
            MAILS.labels("put_off").inc(len(put_off))
            raise ApplicationError(f"the mail server put off {', '.join(put_off)}", type="PutOff")

    async def _note(self, tasks: Iterable[_Task]) -> None:
        """So that the next try, of this activity or of one that a later run starts, does not send the same again."""
        for task in tasks:
            await mark_delivered(self._pool, task.request.channel, task.delivered)

    async def _conclude(self, task: _Task) -> None:
        _log_notified(task)
        command = RecordDelivery(
            channel=task.request.channel, delivered=tuple(task.delivered), undelivered=tuple(task.undelivered)
        )
        await self._recorder.record(
            CommandEnvelope(
                command_id=task.command_id,
                directive_id=task.request.directive_id,
                user=SYSTEM_USER,
                at=self._recorder.now(),
                command=command,
            )
        )


async def _send(tasks: Sequence[_Task], state: DirectiveState, mailer: Mailer) -> None:
    """Hand the mails to the server one by one; what it refuses of one holds up none of the others."""
    if not any(task.waiting for task in tasks):
        return
    try:
        async with mailer.session() as session:
            for task in tasks:
                for event, person in task.waiting:
                    mail = compose_mail(event, state, person, mailer.target.sender)
                    try:
                        await session.send_message(mail)
                    except aiosmtplib.SMTPRecipientsRefused as refused:
                        task.refused(event, person, refused.recipients[0].code, refused.recipients[0].message)
                    except aiosmtplib.SMTPDataError as refused:
                        task.refused(event, person, refused.code, refused.message)
                    except aiosmtplib.SMTPNotSupported as unfit:
                        task.gave_up(event, person, str(unfit))
                    else:
                        task.delivered.append(_delivered(event, person))
    except aiosmtplib.SMTPException as error:
        raise ApplicationError(f"the mail server is away: {error!r}", type="MailUnavailable") from error


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


def _log_notified(task: _Task) -> None:
    MAILS.labels("delivered").inc(len(task.delivered))
    MAILS.labels("undelivered").inc(len(task.undelivered))
    log.info(
        "notified",
        directive_id=str(task.request.directive_id),
        channel=task.request.channel,
        delivered=len(task.delivered),
        undelivered=len(task.undelivered),
    )
