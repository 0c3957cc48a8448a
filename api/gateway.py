"""From a typed command to its answer: one Temporal Update under the command's id, with bounded waits."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

import structlog
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from api.problems import Problem
from domain.commands import CommandEnvelope, IssueDirective
from domain.gate import entry_refusal
from domain.refusals import Code, Refusal
from storage.store import fingerprint
from workflows.messages import (
    TASK_TIMEOUT,
    CommandAnswer,
    IssueMany,
    IssueManyAnswer,
    StartDirective,
    workflow_id,
)

log = structlog.get_logger()
T = TypeVar("T")

ANSWER_SECONDS = 15.0
RETRY_AFTER = {"Retry-After": "5"}

_AWAY = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.FAILED_PRECONDITION,  # an update that met the end of a run, as when it is continued as a new one
    RPCStatusCode.ABORTED,  # the rest: a server stopped in the middle of a call, or one without our namespace yet
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.NOT_FOUND,
}


class CommandGateway:
    """Sends commands to the workflows of their directives; of one directive, one at a time.

    Thirty updates at once on one workflow do all succeed, but through aborted and repeated workflow tasks; a short queue
    here is cheaper.
    """

    def __init__(self, client: Client, *, queue: str, seconds: float = ANSWER_SECONDS) -> None:
        self._client = client
        self._queue = queue
        self._seconds = seconds
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    async def submit(self, envelope: CommandEnvelope) -> CommandAnswer:
        """The answer of the record. Raises Problem for a refusal, and 503 when the answer cannot be had in time."""
        refusal = entry_refusal(envelope.command)
        if refusal is not None:
            # Before it is sent anywhere: a classified text must not even reach Temporal's history.
            raise Problem.of(refusal)
        turn = self._turns.setdefault(envelope.directive_id, asyncio.Lock())

        async def in_turn() -> CommandAnswer:
            async with turn:
                return await self._send(envelope)

        answer = await self._bounded(in_turn, envelope.command_id)
        if answer.refusal is not None:
            raise Problem.of(answer.refusal)
        return answer

    async def submit_many(self, command_id: UUID, envelopes: tuple[CommandEnvelope, ...]) -> IssueManyAnswer:
        """Issue all or none; the refusals, if any, are in the answer."""
        return await self._bounded(
            lambda: self._client.execute_workflow(
                "IssueMany",
                IssueMany(envelopes=envelopes),
                id=f"issue-many-{command_id}-{_digest(envelopes)}",
                task_queue=self._queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                result_type=IssueManyAnswer,
                task_timeout=TASK_TIMEOUT,
            ),
            command_id,
        )

    async def _send(self, envelope: CommandEnvelope) -> CommandAnswer:
        if isinstance(envelope.command, IssueDirective):
            return await self._send_with_start(envelope, resume=False)
        handle = self._client.get_workflow_handle(workflow_id(envelope.directive_id))
        try:
            answer: CommandAnswer = await handle.execute_update(
                "command", envelope, id=_update_id(envelope), result_type=CommandAnswer
            )
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        else:
            return answer
        # Ended, or lost with its Temporal store: the record is the truth, so the execution is made again from it.
        log.info("directive.restarted", directive_id=str(envelope.directive_id), command_id=str(envelope.command_id))
        return await self._send_with_start(envelope, resume=True)

    async def _send_with_start(self, envelope: CommandEnvelope, *, resume: bool) -> CommandAnswer:
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            "Directive",
            StartDirective(directive_id=envelope.directive_id, resume=resume),
            id=workflow_id(envelope.directive_id),
            task_queue=self._queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            task_timeout=TASK_TIMEOUT,
        )
        answer: CommandAnswer = await self._client.execute_update_with_start_workflow(
            "command",
            envelope,
            id=_update_id(envelope),
            start_workflow_operation=start,
            result_type=CommandAnswer,
        )
        return answer

    async def _bounded(self, send: Callable[[], Awaitable[T]], command_id: UUID) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                return await send()
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            extra = {"command_id": str(command_id)}
            raise Problem(503, "still_working", extra=extra, headers=RETRY_AFTER) from None
        except WorkflowUpdateFailedError as error:
            if isinstance(error.cause, ApplicationError) and error.cause.type in set(Code):
                raise Problem.of(Refusal.model_validate(error.cause.details[0])) from None
            raise
        except (RPCError, RuntimeError) as error:
            if not _is_away(error):
                raise
            log.warning("engine.away", command_id=str(command_id), error=str(error))
            extra = {"command_id": str(command_id)}
            raise Problem(503, "engine_unavailable", extra=extra, headers=RETRY_AFTER) from error


def _is_away(error: RPCError | RuntimeError) -> bool:
    if isinstance(error, RPCError):
        return error.status in _AWAY
    return "client connect" in str(error)  # a lazy client that cannot connect says so in a plain RuntimeError


def _update_id(envelope: CommandEnvelope) -> str:
    """The command's id with a digest of what it asks.

    Temporal gives an update whose id it knows the first outcome, a refusal too, without a look at the body. Only the
    record can tell a repeat from another command under the same id, so it has to be asked.
    """
    version = "any" if envelope.expected_version is None else envelope.expected_version
    return f"{envelope.command_id}-{version}-{_digest((envelope,))}"


def _digest(envelopes: tuple[CommandEnvelope, ...]) -> str:
    return hashlib.sha256(b"".join(fingerprint(envelope) for envelope in envelopes)).hexdigest()[:16]
