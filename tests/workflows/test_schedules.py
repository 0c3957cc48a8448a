"""Temporal Schedules of recurrences on a real server: when they fire, and that the record makes them again when they are lost."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client, ScheduleDescription, ScheduleOverlapPolicy
from temporalio.service import RPCError

from domain.calendar import WorkCalendar
from domain.facts import Facts
from domain.instants import local
from domain.recurrence import Recurrence, Rule, Status
from domain.recurring import CATCH_UP, CHANGE_COMMANDS, Outcome, change, set_up
from domain.refusals import Refusal
from settings import Settings
from storage.pool import Pool
from storage.recurrences import find_recurrence, outcomes_of, save
from storage.reference import load_reference
from tests.domain.recurrences import MONTHLY, WEEKLY, of_rule, wanted
from tests.support.eventually import eventually
from worker import build_workers, reconcile_schedules
from workflows.schedules import Schedules, schedule_id

RULES: dict[str, dict[str, Any]] = {
    "monthly": MONTHLY,
    "weekly": WEEKLY,
    "sundays": {"every": "week", "issue": {"day": 7, "at": "17:45"}, "due": {"day": 7}},
    "last-day": {"every": "month", "issue": {"day": 31}, "due": {"day": 20, "later": 1}},
    "day-29": {"every": "month", "issue": {"day": 29, "at": "00:00"}, "due": {"day": 31}},
    "quarterly": {"every": "quarter", "issue": {"day": 31, "later": 1}, "due": {"day": 20, "later": 2}},
    "yearly": {"every": "year", "issue": {"day": 30, "later": 1, "at": "23:59"}, "due": {"day": 1, "later": 11}},
}


@pytest.fixture
async def schedules(temporal_client: Client, task_queue: str) -> AsyncIterator[Schedules]:
    """The test's own schedules; those that are listed when it ends are removed."""
    own = Schedules(temporal_client, task_queue)
    yield own
    await own.reconcile(await own.held(), [])


async def kept(pool: Pool, *, at: datetime | None = None, rule: dict[str, Any] | None = None) -> Recurrence:
    """A recurrence in the record, set up by the chairman."""
    reference = await load_reference(pool)
    facts = Facts(reference.directory, reference.policies, WorkCalendar())
    done = set_up(uuid4(), wanted(rule), "chu-tich", at or datetime.now(UTC), facts)
    assert not isinstance(done, Refusal), done
    await save(pool, *done, uuid4(), b"")
    return done[0]


async def moved(pool: Pool, recurrence: Recurrence, command: str) -> Recurrence:
    """The recurrence after a change that reached the record only."""
    directory = (await load_reference(pool)).directory
    done = change(recurrence, CHANGE_COMMANDS[command].model_validate({}), "chu-tich", datetime.now(UTC), directory)
    assert not isinstance(done, Refusal), done
    after = recurrence.model_copy(update={"status": done[0], "version": done[1].number})
    await save(pool, after, done[1], uuid4(), b"")
    return after


async def described(client: Client, recurrence_id: UUID) -> ScheduleDescription | None:
    try:
        return await client.get_schedule_handle(schedule_id(recurrence_id)).describe()
    except RPCError:
        return None


async def listed(schedules: Schedules, look: Callable[[dict[UUID, bool]], bool]) -> None:
    """Wait until Temporal's list, which lags, shows what was done."""

    async def shown() -> bool:
        return look(await schedules.held())

    await eventually(shown)


@pytest.mark.parametrize("name", RULES)
async def test_a_schedule_fires_when_the_rule_issues(name: str, schedules: Schedules, temporal_client: Client) -> None:
    recurrence = of_rule(Rule.model_validate(RULES[name])).model_copy(update={"id": uuid4()})
    await schedules.match(recurrence)
    found = await described(temporal_client, recurrence.id)
    assert found is not None
    after = found.info.created_at
    assert found.info.next_action_times == [recurrence.issue_at(p) for p in islice(recurrence.coming(after), 10)]
    assert found.schedule.policy.overlap is ScheduleOverlapPolicy.BUFFER_ALL
    assert found.schedule.policy.catchup_window == CATCH_UP


async def test_a_schedule_keeps_to_the_first_and_last_day(schedules: Schedules, temporal_client: Client) -> None:
    year = datetime.now(UTC).year + 1
    days = wanted(first_on=f"{year}-03-01", last_on=f"{year}-05-01")
    recurrence = of_rule(days.rule).model_copy(
        update={"id": uuid4(), **{n: getattr(days, n) for n in ("first_on", "last_on")}}
    )
    await schedules.match(recurrence)
    found = await described(temporal_client, recurrence.id)
    assert found is not None
    times = found.info.next_action_times
    assert times == [recurrence.issue_at(p) for p in recurrence.coming(found.info.created_at)]
    assert len(times) == 3


async def test_schedules_follow_the_record(
    schedules: Schedules, pool: Pool, temporal_client: Client, task_queue: str
) -> None:
    """Lost, paused by hand, paused or ended in the record only, left behind, and of another installation."""
    lost, by_hand, paused, ended, lost_paused = [await kept(pool) for _ in range(5)]
    stray = lost.model_copy(update={"id": uuid4()})
    others = Schedules(temporal_client, f"{task_queue}-other")
    for recurrence in (by_hand, paused, ended, stray):
        await schedules.match(recurrence)
    foreign = lost.model_copy(update={"id": uuid4()})
    await others.match(foreign)
    await temporal_client.get_schedule_handle(schedule_id(by_hand.id)).pause()
    await moved(pool, paused, "pause")
    await moved(pool, lost_paused, "pause")
    await moved(pool, ended, "end")
    await listed(schedules, lambda held: held == {by_hand.id: True, paused.id: False, ended.id: False, stray.id: False})

    right = {lost.id: False, by_hand.id: False, paused.id: True, lost_paused.id: True}
    assert await reconcile_schedules(temporal_client, pool, task_queue) == 6
    await listed(schedules, lambda held: held == right)
    assert await reconcile_schedules(temporal_client, pool, task_queue) == 0
    assert await described(temporal_client, foreign.id) is not None
    await temporal_client.get_schedule_handle(schedule_id(foreign.id)).delete()


async def test_what_a_lost_schedule_failed_to_issue_is_issued(
    schedules: Schedules, settings: Settings, pool: Pool, temporal_client: Client
) -> None:
    now = datetime.now(UTC)
    # Three days away from now, so that no issue instant falls between here and the look, nor into its grace.
    day = (local(now).isoweekday() + 2) % 7 + 1
    rule = {"every": "week", "issue": {"day": day}, "due": {"day": 7, "later": 1}}
    recurrence = await kept(pool, at=now - timedelta(days=21), rule=rule)
    left_out = await kept(pool, at=now - timedelta(days=21), rule=rule)
    await moved(pool, left_out, "pause")
    directives, notices = build_workers(temporal_client, pool, settings)
    async with directives, notices:
        assert await reconcile_schedules(temporal_client, pool, settings.task_queue) >= 4

        async def issued() -> list[Outcome]:
            outcomes = await outcomes_of(pool, recurrence.id)
            assert {one.period for one in outcomes} == {str(p) for p in expected}
            return outcomes

        expected = list(islice(recurrence.coming(recurrence.created_at), 3))
        outcomes = await eventually(issued)
    assert [one.refused_at for one in outcomes] == [None] * 3
    assert await outcomes_of(pool, left_out.id) == []


@pytest.mark.parametrize("command", ["pause", "end"])
async def test_a_schedule_that_still_fires_issues_nothing_that_the_record_has_stopped(
    command: str, schedules: Schedules, settings: Settings, pool: Pool, temporal_client: Client
) -> None:
    recurrence = await kept(pool)
    await schedules.match(recurrence)
    await moved(pool, recurrence, command)
    directives, notices = build_workers(temporal_client, pool, settings)
    async with directives, notices:
        handle = temporal_client.get_schedule_handle(schedule_id(recurrence.id))
        await handle.trigger()

        async def answered() -> dict[str, Any]:
            found = await handle.describe()
            assert found.info.recent_actions
            action: Any = found.info.recent_actions[0].action
            run = temporal_client.get_workflow_handle(action.workflow_id, run_id=action.first_execution_run_id)
            answer: dict[str, Any] = await run.result()
            return answer

        answer = await eventually(answered)
    assert answer["left_out"] == {"pause": "paused", "end": "ended"}[command]
    assert await outcomes_of(pool, recurrence.id) == []
    found = await find_recurrence(pool, recurrence.id)
    assert found is not None
    assert found.recurrence.status is not Status.ACTIVE
