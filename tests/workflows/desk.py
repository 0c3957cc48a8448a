"""One directive of a test's own: what people send to its workflow, and what the record then holds."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import Command, CommandEnvelope, Deadline, IssueDirective
from domain.events import Event, EventData
from storage.store import EventStore
from tests.domain.happenings import order
from tests.domain.policies import SECONDS
from tests.domain.spec import USUALLY_BY
from tests.support.eventually import eventually
from workflows.directive import DirectiveWorkflow
from workflows.messages import CommandAnswer, Standing, StartDirective, workflow_id

FIVE_DAYS = order(deadline=Deadline(working_days=5), policy="thuong")
"""Due after five working days, under the policy of ordinary directives."""

NO_DEADLINE = order(deadline=Deadline(none_because="Việc thường xuyên"), policy=SECONDS.code)


async def real_now() -> datetime:
    """The clock of a server that does not skip time."""
    return datetime.now(UTC)


@dataclass
class Desk:
    """`now` is the clock of the Temporal server, which time-skipping runs ahead of ours."""

    client: Client
    queue: str
    store: EventStore
    now: Callable[[], Awaitable[datetime]]
    directive_id: UUID = field(default_factory=uuid4)

    @property
    def handle(self) -> WorkflowHandle[DirectiveWorkflow, None]:
        """The directive's workflow, whichever run it is in."""
        return self.client.get_workflow_handle_for(DirectiveWorkflow.run, workflow_id(self.directive_id))

    async def envelope(
        self, command: Command, by: str | None = None, *, at: datetime | None = None, command_id: UUID | None = None
    ) -> CommandEnvelope:
        """The command from the one who usually gives it, now."""
        return CommandEnvelope(
            command_id=command_id or uuid4(),
            directive_id=self.directive_id,
            user=by or USUALLY_BY[command.name],
            at=at or await self.now(),
            command=command,
        )

    async def issue(self, command: IssueDirective = FIVE_DAYS, *, continue_after: int = 4000) -> CommandAnswer:
        """Start the workflow with the command that issues the directive, as the API does."""
        return await self.start_with(await self.envelope(command), resume=False, continue_after=continue_after)

    async def start_with(self, envelope: CommandEnvelope, **start: object) -> CommandAnswer:
        """Send a command; start the workflow with it if it does not run."""
        operation = WithStartWorkflowOperation(
            DirectiveWorkflow.run,
            StartDirective.model_validate({"directive_id": self.directive_id, **start}),
            id=workflow_id(self.directive_id),
            task_queue=self.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        )
        answer: CommandAnswer = await self.client.execute_update_with_start_workflow(
            "command",
            envelope,
            id=str(envelope.command_id),
            start_workflow_operation=operation,
            result_type=CommandAnswer,
        )
        return answer

    async def send(self, command: Command, by: str | None = None, *, command_id: UUID | None = None) -> CommandAnswer:
        """Give a command and wait for its answer."""
        return await self.submit(await self.envelope(command, by, command_id=command_id))

    async def submit(self, envelope: CommandEnvelope) -> CommandAnswer:
        """Send a command as it is and wait for its answer."""
        answer: CommandAnswer = await self.handle.execute_update(
            "command", envelope, id=str(envelope.command_id), result_type=CommandAnswer
        )
        return answer

    async def signal(self, command: Command, by: str | None = None, *, at: datetime | None = None) -> UUID:
        """Signal a command; its id."""
        envelope = await self.envelope(command, by, at=at)
        await self.handle.signal(DirectiveWorkflow.signal_command, envelope)
        return envelope.command_id

    async def standing(self) -> Standing | None:
        """Where the directive stands as its workflow knows."""
        return await self.handle.query(DirectiveWorkflow.standing)

    async def events(self) -> list[Event]:
        """What the record holds of the directive."""
        return [recorded.event for recorded in await self.store.events_of(self.directive_id)]

    async def happened(self) -> list[EventData]:
        """What happened to the directive."""
        return [event.data for event in await self.events()]

    async def types(self) -> list[str]:
        """The types of what happened to the directive."""
        return [data.type for data in await self.happened()]

    async def had(self, *types: str, after: int = 0) -> list[Event]:
        """Wait until exactly `types` have happened after a version; these events."""

        async def come() -> list[Event]:
            events = (await self.events())[after:]
            assert [event.data.type for event in events] == [*types]
            return events

        return await eventually(come)

    async def status(self) -> WorkflowExecutionStatus | None:
        """Whether the workflow runs, or how it ended."""
        return (await self.handle.describe()).status

    async def history(self) -> list[str]:
        """The types of the events in the history of the workflow's run, without their common prefix."""
        history = await self.handle.fetch_history()
        return [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events]

    async def between_tasks(self) -> bool:
        """Whether the workflow's run is in no task.

        In the middle of one, the server that skips time loses a query that meets the end of the run, and lets no more time pass
        when the run is terminated.
        """
        tasks = [kind for kind in await self.history() if kind.startswith("WORKFLOW_TASK_")]
        return tasks[-1:] not in (["WORKFLOW_TASK_SCHEDULED"], ["WORKFLOW_TASK_STARTED"])

    async def clear_away(self) -> None:
        """End the workflow, so that its timers do not hold up the next test's."""
        try:
            await eventually(self.between_tasks)
            await self.handle.terminate()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
