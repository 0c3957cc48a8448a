"""From the command to the mail and back into the record, through the workflow and a real mail server."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client

from api.gateway import CommandGateway
from domain.commands import Command, CommandEnvelope, Deadline, Withdraw
from domain.events import EventData, NotificationFailed, NotificationSent
from domain.ids import directive_id_for, part_command_id
from settings import Settings
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.activities.notices import TOLD
from tests.activities.postbox import Postbox, address
from tests.domain.happenings import order
from tests.domain.spec import USUALLY_BY
from tests.support.eventually import eventually
from worker import build_workers

GOOD = order(deadline=Deadline(working_days=5))


class Course:
    """Directives on a live server whose mail goes to a postbox."""

    def __init__(self, gateway: CommandGateway, store: PostgresEventStore) -> None:
        self.gateway = gateway
        self._store = store

    async def do(self, command: Command, directive_id: UUID) -> None:
        """Give a command and wait for its answer."""
        await self.gateway.submit(envelope(command, directive_id))

    async def happened(self, directive_id: UUID) -> list[EventData]:
        """What happened to a directive."""
        return [recorded.event.data for recorded in await self._store.events_of(directive_id)]

    async def had(self, directive_id: UUID, *types: str, seconds: float = 30.0) -> list[EventData]:
        """Wait until exactly these have happened to a directive."""

        async def come() -> list[EventData]:
            happened = await self.happened(directive_id)
            assert [data.type for data in happened] == [*types]
            return happened

        return await eventually(come, seconds=seconds)


def envelope(command: Command, directive_id: UUID, command_id: UUID | None = None) -> CommandEnvelope:
    return CommandEnvelope(
        command_id=command_id or uuid4(),
        directive_id=directive_id,
        user=USUALLY_BY[command.name],
        at=datetime.now(UTC),
        command=command,
    )


@pytest.fixture
async def course(settings: Settings, pool: Pool, temporal_client: Client, postbox: Postbox) -> AsyncIterator[Course]:
    """The program's own workers, with DONDOC_SMTP_URL set to the postbox."""
    configured = settings.model_copy(update={"smtp_url": postbox.url})
    directives, notices = build_workers(temporal_client, pool, configured)
    async with directives, notices:
        yield Course(CommandGateway(temporal_client, queue=settings.task_queue), PostgresEventStore(pool))


async def test_the_notices_of_a_command_are_mailed_and_recorded(course: Course, postbox: Postbox) -> None:
    directive = uuid4()
    postbox.says[address("ct-a")].extend(["550 5.1.1 no such mailbox"] * 2)  # once for each try
    postbox.says[address("cv-nv")].append("450 4.2.1 try again later")
    await course.do(GOOD, directive)
    _, sent, failed = await course.had(directive, "DirectiveIssued", "NotificationSent", "NotificationFailed")
    assert isinstance(sent, NotificationSent)
    assert isinstance(failed, NotificationFailed)
    assert {d.recipient for d in sent.delivered} == {*TOLD} - {"ct-a"}
    assert [u.recipient for u in failed.undelivered] == ["ct-a"]
    assert sorted(letter.to for letter in postbox.letters) == sorted(address(d.recipient) for d in sent.delivered)
    await course.do(Withdraw(reason="Trùng nhiệm vụ"), directive)
    await course.had(
        directive,
        *("DirectiveIssued", "NotificationSent", "NotificationFailed"),
        *("DirectiveWithdrawn", "NotificationSent"),
    )


async def test_a_mail_server_that_comes_late_gets_every_notice_once(course: Course, postbox: Postbox) -> None:
    postbox.close()
    directive = uuid4()
    await course.do(GOOD, directive)
    assert [data.type for data in await course.happened(directive)] == ["DirectiveIssued"]
    postbox.open()
    await course.had(directive, "DirectiveIssued", "NotificationSent")
    assert sorted(letter.to for letter in postbox.letters) == sorted(address(user) for user in TOLD)


async def test_directives_issued_together_are_mailed_like_those_issued_alone(course: Course, postbox: Postbox) -> None:
    command_id = uuid4()
    parts = [part_command_id(command_id, n) for n in range(3)]
    envelopes = tuple(envelope(GOOD, directive_id_for(part), part) for part in parts)
    answer = await course.gateway.submit_many(command_id, envelopes)
    assert len(answer.answers) == 3
    for part in parts:
        await course.had(directive_id_for(part), "DirectiveIssued", "NotificationSent")
    assert len(postbox.letters) == 3 * len(TOLD)
    assert len({letter.message["Message-ID"] for letter in postbox.letters}) == 3 * len(TOLD)
