"""The course of one directive: take commands, keep its timer, start what its events call for, until it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.notify import NotifyActivities
    from activities.record import RecordActivities
    from domain.commands import SYSTEM_USER, Command, CommandEnvelope, RecordSignalRefusal, Tick
    from domain.decider import not_possible_now
    from domain.ids import foreign, signal_refusal_id, tick_id
    from domain.instants import rfc3339
    from domain.phases import FROM_INSIDE, is_possible
    from domain.refusals import Code, refuse
    from workflows.messages import (
        CommandAnswer,
        NotifyRequest,
        Recorded,
        Standing,
        StartDirective,
        notify_queue,
    )
    from workflows.starting import start_directive

RECORD_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(minutes=1))
WAIT_WITHIN_TASK = timedelta(seconds=3)
"""A longer pause between tries becomes a timer, so that a record away for days does not fill the history with heartbeats."""
NOTIFY_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10))
RECORD_LIMIT = timedelta(days=1)
NOTIFY_LIMIT = timedelta(days=3)
AFTER_DEFECT = timedelta(minutes=1)
FIRST_COMMAND_WITHIN = timedelta(minutes=5)
NOBODY = "nobody"


@workflow.defn(name="Directive")
class DirectiveWorkflow:
    """Holds no rule and no fact: the record answers every command with where the directive then stands."""

    @workflow.init
    def __init__(self, start: StartDirective) -> None:
        self._directive_id = start.directive_id
        self._standing: Standing | None = start.standing
        self._asked = start.standing is not None
        self._must_ask = start.resume and not self._asked
        self._told = 0  # how often the record was said to have moved on
        self._lock = asyncio.Lock()  # one command at a time: the await on the record must not be interleaved
        self._effects: dict[str, tuple[NotifyRequest, asyncio.Task[None]]] = {}

    @workflow.run
    async def run(self, start: StartDirective) -> None:
        """Until the directive has ended and nothing is under way."""
        for effect in start.effects:
            self._start_effect(effect)
        while not self._at_rest():
            if self._must_ask:
                await self._tick()
            elif _grown(start):
                await self._continue(start)
            else:
                await self._wait(start)
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update(name="command")
    async def command(self, envelope: CommandEnvelope) -> CommandAnswer:
        """A command by someone who waits for the answer."""
        recorded = await self._record(_from_outside(envelope))
        return CommandAnswer(refusal=recorded.refusal, version=recorded.version, position=recorded.position)

    @command.validator
    def _check_command(self, envelope: CommandEnvelope) -> None:
        if envelope.directive_id != self._directive_id:
            raise ApplicationError(
                "the command names another directive", refuse(Code.UNKNOWN_DIRECTIVE), type=Code.UNKNOWN_DIRECTIVE
            )
        if envelope.command.name in FROM_INSIDE:
            refusal = refuse(Code.NOT_PERMITTED, user=envelope.user, command=envelope.command.name)
            raise ApplicationError("the workflow's own commands do not come from outside", refusal, type=refusal.code)
        # Refused here, an impossible command leaves no trace in the history. Only the record can judge the rest.
        if self._standing is None or is_possible(envelope.command.name, self._standing.phase):
            return
        if envelope.command.name == "issue":
            return  # a repeat of the issuing command: the record knows its first answer
        refusal = not_possible_now(envelope.command.name, self._standing.phase)
        raise ApplicationError(refusal.message("en"), refusal, type=refusal.code, non_retryable=True)

    @workflow.signal
    async def signal_command(self, envelope: CommandEnvelope) -> None:
        """A command by a system that speaks Temporal and does not wait; the time is ours, a refusal is recorded."""
        if envelope.directive_id != self._directive_id:
            workflow.logger.warning("a signal to directive %s named %s", self._directive_id, envelope.directive_id)
            return
        try:
            await self._record_signalled(envelope)
        except FailureError:
            # Out of a signal handler it would end the directive's workflow, and with it the timer.
            workflow.logger.exception("a signal to directive %s was lost", self._directive_id)

    async def _record_signalled(self, envelope: CommandEnvelope) -> None:
        # A sender cannot pass for the workflow itself: as nobody, its command is refused and the refusal recorded.
        inside = envelope.user == SYSTEM_USER or envelope.command.name in FROM_INSIDE
        user = NOBODY if inside else envelope.user
        recorded = await self._record(_from_outside(envelope).model_copy(update={"at": workflow.now(), "user": user}))
        if recorded.refusal is not None and recorded.standing is not None:
            await self._record_own(
                signal_refusal_id(envelope.command_id),
                RecordSignalRefusal(
                    refused_command=envelope.command.name,
                    refused_command_id=envelope.command_id,
                    refused_user=envelope.user,
                    code=recorded.refusal.code,
                ),
            )

    @workflow.signal
    async def start_effects(self, effects: list[NotifyRequest]) -> None:
        """Notices of an event that was recorded elsewhere, when this execution was there before they could come along."""
        for effect in effects:
            self._start_effect(effect)

    @workflow.signal
    async def look_again(self, effects: list[NotifyRequest]) -> None:
        """The record has gone on without this execution: ask where the directive stands, and start what that calls for."""
        self._told += 1
        self._must_ask = True
        for effect in effects:
            self._start_effect(effect)

    @workflow.query
    def standing(self) -> Standing | None:
        """Where the directive stands as far as this execution knows; the record is the authority."""
        return self._standing

    async def _wait(self, start: StartDirective) -> None:
        """Sleep until the directive's next instant, or until a command has moved it or ended the directive."""
        wakeup, asked = self._wakeup(), self._asked

        def moved() -> bool:
            news = self._wakeup() != wakeup or self._asked != asked
            return news or self._at_rest() or self._must_ask or _grown(start)

        sleep = None if wakeup is None else max(wakeup - workflow.now(), timedelta(0))
        if not asked and workflow.all_handlers_finished():
            # The command that came with the start was lost on the way. If nobody sends it again there is no directive.
            sleep = FIRST_COMMAND_WITHIN
        try:
            await workflow.wait_condition(moved, timeout=sleep)
        except TimeoutError:
            await self._tick()

    def _wakeup(self) -> datetime | None:
        return self._standing.next_wakeup_at if self._standing else None

    def _at_rest(self) -> bool:
        ended = self._asked and (self._standing is None or self._standing.closed)
        return ended and not self._effects and workflow.all_handlers_finished()

    async def _tick(self) -> None:
        standing = self._standing
        wakeup = standing.next_wakeup_at if standing else None
        version = standing.version if standing else 0
        command_id = tick_id(self._directive_id, version, rfc3339(wakeup or workflow.now()))
        try:
            await self._record_own(command_id, Tick())
        except FailureError:
            # A defect, or a day without the record. The directive must not end for it: look again in a while.
            workflow.logger.exception("tick failed for directive %s", self._directive_id)
            await workflow.sleep(AFTER_DEFECT)

    async def _record_own(self, command_id: UUID, command: Command) -> Recorded:
        envelope = CommandEnvelope(
            command_id=command_id,
            directive_id=self._directive_id,
            user=SYSTEM_USER,
            at=workflow.now(),
            command=command,
        )
        return await self._record(envelope)

    async def _record(self, envelope: CommandEnvelope) -> Recorded:
        async with self._lock:
            told = self._told
            try:
                recorded = await workflow.execute_local_activity_method(
                    RecordActivities.record_decision,
                    envelope,
                    start_to_close_timeout=timedelta(seconds=20),
                    schedule_to_close_timeout=RECORD_LIMIT,
                    retry_policy=RECORD_RETRY,
                    local_retry_threshold=WAIT_WITHIN_TASK,
                )
            except FailureError:
                # Whether there is a directive at all is not known: an execution of none must end rather than wait for ever.
                self._must_ask = self._standing is None or self._told != told
                raise
            self._standing = recorded.standing
            # What was said while the answer was on its way may be newer than the answer.
            self._asked, self._must_ask = True, self._told != told
        for effect in recorded.effects:
            self._start_effect(effect)
        if recorded.starts:
            await asyncio.gather(*(start_directive(below.directive_id, below.effects) for below in recorded.starts))
        return recorded

    def _start_effect(self, effect: NotifyRequest) -> None:
        # With the directive: a command may also tell of what the one above heard, at a version of that one.
        key = f"{effect.directive_id}.{effect.first_version}.{effect.channel}"
        if key not in self._effects:
            self._effects[key] = (effect, asyncio.create_task(self._notify(key, effect)))

    async def _notify(self, key: str, effect: NotifyRequest) -> None:
        try:
            await self._outside(NotifyActivities.notify, effect)
        except ActivityError:
            workflow.logger.exception("notices of directive %s were given up", self._directive_id)
            await self._give_up(effect)
        finally:
            del self._effects[key]

    async def _give_up(self, effect: NotifyRequest) -> None:
        try:
            await self._outside(NotifyActivities.give_up, effect)
        except ActivityError:
            workflow.logger.exception("that notices of directive %s were given up is not recorded", self._directive_id)

    async def _outside(
        self, work: Callable[[NotifyActivities, NotifyRequest], Awaitable[None]], effect: NotifyRequest
    ) -> None:
        await workflow.execute_activity_method(
            work,
            effect,
            task_queue=notify_queue(workflow.info().task_queue),
            start_to_close_timeout=timedelta(minutes=2),
            schedule_to_close_timeout=NOTIFY_LIMIT,
            retry_policy=NOTIFY_RETRY,
        )

    async def _continue(self, start: StartDirective) -> None:
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._must_ask:
            return
        under_way = tuple(effect for effect, _ in self._effects.values())
        workflow.continue_as_new(
            StartDirective(
                directive_id=self._directive_id,
                standing=self._standing,
                effects=under_way,
                continue_after=start.continue_after,
            )
        )


def _from_outside(envelope: CommandEnvelope) -> CommandEnvelope:
    return envelope.model_copy(update={"command_id": foreign(envelope.command_id)})


def _grown(start: StartDirective) -> bool:
    """Whether the run's history is long or large enough to go on in a new one."""
    info = workflow.info()
    return info.get_current_history_length() >= start.continue_after or info.is_continue_as_new_suggested()
