"""Notices that leave the house. In-app notices need no activity: they are written with the event that they tell of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import aiosmtplib
import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.mail import compose_mail, message_id
from activities.messages import NotifyRequest
from activities.record import only_outages_retry
from activities.recorder import Recorder
from activities.smtp import Mailer
from domain.audience import OUTBOUND
from domain.channels import HELD_BACK, Channel, Goes, goes, mode_at
from domain.commands import SYSTEM_USER, CommandEnvelope, Delivered, RecordDelivery, Undelivered
from domain.directory import Person
from domain.events import Event
from domain.ids import delivery_command_id
from domain.state import DirectiveState
from domain.text import printable
from storage.choices import choices_of
from storage.deliveries import mark_delivered, telling
from storage.directives import find_many
from storage.pool import Pool
from telemetry import MAILS

log = structlog.get_logger()


@dataclass
class _Task:
    """What is left to do of a request, and how far that has come."""

    request: NotifyRequest
    command_id: UUID
    """The outcome is recorded under it: a repeat finds it there."""
    state: DirectiveState
    waiting: list[tuple[Event, Person]]
    delivered: list[Delivered]
    """Also whom a try reached that did not finish."""
    held_back: list[Undelivered]
    """Who is not to have the mail now, by their own choice."""
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
        reason = printable(error, 500)
        self.undelivered.append(Undelivered(recipient=person.username, event_id=event.event_id, error=reason))


class NotifyActivities:
    """Sends over the channels that are configured; `mailer` is None when mail is not.

    `public_url` is where people find the pages, for the links in mails.
    """

    def __init__(self, pool: Pool, recorder: Recorder, mailer: Mailer | None, public_url: str | None = None) -> None:
        self._pool = pool
        self._public_url = public_url
        self._recorder = recorder
        self._mailer = mailer

    @activity.defn(name="notify")
    async def notify(self, request: NotifyRequest) -> None:
        """Mail everyone the events inform who wants it now and has not had it yet; record who was reached, who cannot be, and
        who is not by their own choice.

        Keyed by event, recipient and channel. A server that is away, or a recipient put off, raises, and Temporal tries again;
        a recipient that the server refuses for good is given up. The outcome is a command of its own with an id of its own,
        so that a repeat of the whole activity finds it recorded and sends nothing.
        """
        if self._mailer is None:
            raise ApplicationError("mail is not configured here (DONDOC_SMTP_URL)", type="ChannelMissing")
        async with only_outages_retry():
            await self._notify(request, self._mailer)

    @activity.defn(name="give_up_notices")
    async def give_up(self, request: NotifyRequest) -> None:
        """Record as undelivered whom the tries, over now, have not reached; so that the record does not stay silent."""
        async with only_outages_retry():
            task = await self._task(request)
            if task is not None:
                for event, person in task.waiting:
                    task.gave_up(event, person, "the tries ran out")
                await self._conclude(task)

    async def _task(self, request: NotifyRequest) -> _Task | None:
        """What is left to do; None when the outcome is recorded already."""
        known = await telling(self._pool, request.directive_id, request.first_version, request.channel)
        events = known.events[: request.last_version - request.first_version + 1]
        command_id = delivery_command_id(events[0].event_id, request.channel)
        if any(event.command_id == command_id for event in known.events):
            return None
        state = await self._state_after(known.events[-1])
        if state is None:
            return None
        directory = (await self._recorder.reference_at(known.reference_version)).directory
        wanted = list(_wanted(events, directory.people))
        chosen = await choices_of(self._pool, Channel(request.channel), {p.username for _, p in wanted})
        task = _Task(request=request, command_id=command_id, state=state, waiting=[], delivered=[], held_back=[])
        for event, person in wanted:
            mode = mode_at(chosen.get(person.username, ()), event.recorded_at)
            if (event.event_id, person.username) in known.reached:
                task.delivered.append(_delivered(event, person))
            elif (way := goes(event, state, person, directory, mode)) is Goes.NOW:
                task.waiting.append((event, person))
            else:
                held = Undelivered(recipient=person.username, event_id=event.event_id, error=HELD_BACK[way])
                task.held_back.append(held)
        return task

    async def _state_after(self, last: Event) -> DirectiveState | None:
        """Where the directive stands after its last event, or later."""
        state = self._recorder.remembered(last.directive_id)
        if state is not None and state.version >= last.stream_version:
            return state
        return (await find_many(self._pool, [last.directive_id])).get(last.directive_id)

    async def _notify(self, request: NotifyRequest, mailer: Mailer) -> None:
        task = await self._task(request)
        if task is None:
            return
        try:
            if task.waiting:
                await _send(task, mailer, self._public_url)
            await self._conclude(task)
        except BaseException:
            # So that the next try, of this activity or of one that a later run starts, does not send these again.
            await mark_delivered(self._pool, request.channel, task.delivered)
            raise

    async def _conclude(self, task: _Task) -> None:
        _log_notified(task)
        if task.put_off:
            raise ApplicationError(f"the mail server put off {', '.join(task.put_off)}", type="PutOff")
        command = RecordDelivery(
            channel=task.request.channel,
            delivered=tuple(task.delivered),
            undelivered=(*task.held_back, *task.undelivered),
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


async def _send(task: _Task, mailer: Mailer, public_url: str | None) -> None:
    """Hand the mails to the server one by one; what it refuses of one holds up none of the others."""
    try:
        async with mailer.session() as session:
            for event, person in task.waiting:
                mail = compose_mail(event, task.state, person, mailer.target.sender, public_url)
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
    MAILS.labels("held_back").inc(len(task.held_back))
    MAILS.labels("put_off").inc(len(task.put_off))
    log.info(
        "notified",
        directive_id=str(task.request.directive_id),
        channel=task.request.channel,
        delivered=len(task.delivered),
        undelivered=len(task.undelivered),
        held_back=len(task.held_back),
        put_off=len(task.put_off),
    )
