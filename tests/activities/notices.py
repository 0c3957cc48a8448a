"""Directives that are issued straight into the record, and their notices sent as the workflow would have them sent."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from temporalio.testing import ActivityEnvironment

from activities.messages import NotifyRequest, Recorded
from activities.notify import NotifyActivities
from activities.recorder import Recorder
from domain.commands import Command, CommandEnvelope, Deadline
from domain.events import Event, EventData
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.domain.happenings import order
from tests.domain.spec import USUALLY_BY

TOLD = ("tp-nv", "cv-nv", "tp-tnmt", "ct-a")
"""Whom issuing the tests' usual directive informs."""


@dataclass
class Notices:
    """What a test does with notices."""

    pool: Pool
    recorder: Recorder
    activities: NotifyActivities

    async def issued(self, **changes: object) -> NotifyRequest:
        """A directive is issued; what its workflow is then asked to send."""
        recorded = await self.record(order(**{"deadline": Deadline(working_days=5), **changes}))
        [request] = recorded.effects
        return request

    async def record(self, command: Command, directive_id: UUID | None = None) -> Recorded:
        """Carry out a command from the one who usually gives it."""
        envelope = CommandEnvelope(
            command_id=uuid4(),
            directive_id=directive_id or uuid4(),
            user=USUALLY_BY[command.name],
            at=datetime.now(UTC),
            command=command,
        )
        recorded = await self.recorder.record(envelope)
        assert recorded.refusal is None
        return recorded

    async def send(self, request: NotifyRequest, *, attempt: int = 1) -> None:
        """Run the activity; `attempt` counts its tries as Temporal does."""
        environment = ActivityEnvironment()
        environment.info = dataclasses.replace(environment.info, attempt=attempt)
        await environment.run(self.activities.notify, request)

    async def events(self, request: NotifyRequest) -> list[Event]:
        """What the record holds of the directive."""
        return [r.event for r in await PostgresEventStore(self.pool).events_of(request.directive_id)]

    async def outcome(self, request: NotifyRequest) -> list[EventData]:
        """What was recorded of the sending."""
        return [event.data for event in (await self.events(request))[request.last_version :]]
