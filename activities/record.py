"""The activities that record: the only way in which a workflow changes anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from structlog.contextvars import bind_contextvars
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.messages import IssueMany, IssueManyAnswer, Recorded
from activities.recorder import Recorder
from domain.commands import CommandEnvelope
from storage.pool import UNAVAILABLE
from storage.store import VersionConflict

log = structlog.get_logger()


@asynccontextmanager
async def only_outages_retry() -> AsyncIterator[None]:
    """Temporal repeats what an outage stopped; a defect of ours must show at once and not be repeated for a day."""
    try:
        yield
    except UNAVAILABLE as outage:
        raise ApplicationError(f"the record is away: {outage!r}", type="RecordUnavailable") from outage
    except ApplicationError:
        raise
    except VersionConflict as conflict:
        raise ApplicationError(str(conflict), type="VersionConflict") from conflict
    except Exception as defect:
        log.exception("record.defect")
        raise ApplicationError(repr(defect), type="Defect", non_retryable=True) from defect


class RecordActivities:
    """One command, one activity, one transaction."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @activity.defn(name="record_decision")
    async def record_decision(self, envelope: CommandEnvelope) -> Recorded:
        """Decide the command and append what follows. Idempotent by the command id."""
        bind_contextvars(directive_id=str(envelope.directive_id), command_id=str(envelope.command_id))
        async with only_outages_retry():
            return await self._recorder.record(envelope)

    @activity.defn(name="record_issues")
    async def record_issues(self, request: IssueMany) -> IssueManyAnswer:
        """Issue all directives in one transaction, or none and say why of each that cannot be. Idempotent by their ids."""
        async with only_outages_retry():
            return await self._recorder.issue_all(request)
