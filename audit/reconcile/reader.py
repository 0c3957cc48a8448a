"""Reading executions from a Temporal server: which runs there are, and their histories; every wait and every number bounded."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from audit.reconcile.execution import Execution, Run
from audit.reconcile.history import RunReading
from audit.reconcile.payloads import PayloadUnreadable, Start, read

PREFIX = "directive-"
WORKFLOW_TYPE = "Directive"
AT_ONCE = 32
"""Histories that are read at the same time."""
LISTED_AT_ONCE = 50
"""Ids in one query to the server's index."""
CALL_SECONDS = 20.0
MOST_EVENTS = 60_000
"""Above the server's own limit of 51,200 events a run."""
MOST_COPIES = 100


def workflow_id(directive_id: UUID) -> str:
    """The id that a directive's execution has."""
    return f"{PREFIX}{directive_id}"


def directive_of(workflow: str) -> UUID | None:
    """The directive whose execution has this id; None if it is no such id."""
    try:
        found = UUID(workflow.removeprefix(PREFIX))
    except ValueError:
        return None
    return found if workflow_id(found) == workflow else None


Copies = dict[UUID, list[tuple[str, str]]]
"""Directive to (workflow id, run id)."""


class Histories:
    """The executions of the directives of one task queue."""

    def __init__(self, client: Client, queue: str, *, at_once: int = AT_ONCE) -> None:
        self._client = client
        self._queue = queue
        self._room = asyncio.Semaphore(at_once)

    async def running(self) -> frozenset[UUID]:
        """The directives whose executions run, as far as the server's index knows: it may be some seconds behind."""
        listed = self._list(self._running_ones)
        return frozenset([found async for one in listed if (found := directive_of(one.id)) is not None])

    async def copies(self) -> Copies:
        """Running executions of directives under other ids than theirs, at most MOST_COPIES, by the directive that they name."""
        found: dict[UUID, list[tuple[str, str]]] = {}
        seen = 0
        async for one in self._list(f"{self._running_ones} and WorkflowId NOT STARTS_WITH '{PREFIX}'"):
            named = await self._named_by(one)
            if named is not None:
                found.setdefault(named, []).append((one.id, one.run_id))
            seen += 1
            if seen == MOST_COPIES:
                break
        return found

    async def of(self, directives: Sequence[UUID], *, exactly: bool = False) -> dict[UUID, Execution]:
        """The executions of these directives. `exactly` also asks the server itself which run is current, and what it is at."""
        listed = await self._runs_of(directives)
        found = await asyncio.gather(*(self._execution(one, listed[one], exactly=exactly) for one in directives))
        return {one.directive_id: one for one in found}

    @property
    def _running_ones(self) -> str:
        return f"WorkflowType = '{WORKFLOW_TYPE}' and TaskQueue = '{self._queue}' and ExecutionStatus = 'Running'"

    async def _list(self, query: str) -> AsyncIterator[WorkflowExecution]:
        listing = self._client.list_workflows(query, page_size=1000, rpc_timeout=timedelta(seconds=CALL_SECONDS))
        async for one in listing:
            yield one

    async def _runs_of(self, directives: Sequence[UUID]) -> dict[UUID, list[str]]:
        runs: dict[UUID, list[str]] = {one: [] for one in directives}
        for first in range(0, len(directives), LISTED_AT_ONCE):
            ids = ", ".join(f"'{workflow_id(one)}'" for one in directives[first : first + LISTED_AT_ONCE])
            async for listed in self._list(f"WorkflowType = '{WORKFLOW_TYPE}' and WorkflowId in ({ids})"):
                directive_id = directive_of(listed.id)
                if directive_id in runs:
                    runs[directive_id].append(listed.run_id)
        return runs

    async def _execution(self, directive_id: UUID, listed: Iterable[str], *, exactly: bool) -> Execution:
        async with self._room:
            wanted, pending = [*listed], False
            if exactly or not wanted:  # the index may not have heard yet of an execution that has just begun
                current = await self._described(directive_id)
                if current is not None:
                    pending = current.raw_description.HasField("pending_workflow_task")
                    wanted.append(current.run_id)
            runs: dict[str, Run] = {}
            while wanted:
                run_id = wanted.pop()
                if run_id in runs:
                    continue
                run = await self._run(directive_id, run_id)
                if run is not None:
                    runs[run_id] = run
                    wanted += [run.continued_from] if run.continued_from else []
        if pending:
            runs = {run_id: _under_way(run) for run_id, run in runs.items()}
        return Execution(directive_id, tuple(sorted(runs.values(), key=lambda run: run.started_at)))

    async def _described(self, directive_id: UUID) -> WorkflowExecutionDescription | None:
        try:
            return await self._handle(directive_id).describe(rpc_timeout=timedelta(seconds=CALL_SECONDS))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return None

    async def _run(self, directive_id: UUID, run_id: str) -> Run | None:
        """The run; None if the server has let go of its history meanwhile."""
        reading: RunReading | None = None
        events = self._handle(directive_id, run_id).fetch_history_events(
            page_size=1000, rpc_timeout=timedelta(seconds=CALL_SECONDS)
        )
        try:
            async for event in events:
                reading = reading or RunReading(run_id, event)
                reading.take(event)
                if event.event_id >= MOST_EVENTS:
                    break
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return None
        return reading.end() if reading else None

    async def _named_by(self, execution: WorkflowExecution) -> UUID | None:
        """The directive that an execution under another id was started for."""
        handle = self._client.get_workflow_handle(execution.id, run_id=execution.run_id)
        try:
            async for event in handle.fetch_history_events(page_size=1, rpc_timeout=timedelta(seconds=CALL_SECONDS)):
                return read(Start, event.workflow_execution_started_event_attributes.input).directive_id
        except (RPCError, PayloadUnreadable):
            return None  # gone, or of nobody that is known here
        return None

    def _handle(self, directive_id: UUID, run_id: str | None = None) -> WorkflowHandle[object, object]:
        return self._client.get_workflow_handle(workflow_id(directive_id), run_id=run_id)


def _under_way(run: Run) -> Run:
    return replace(run, settled=False) if run.open else run
