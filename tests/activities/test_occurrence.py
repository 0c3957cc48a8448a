"""The activity that issues an occurrence: again and again the same, a refusal kept once for each attempt, nothing out of turn."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from activities.occurrence import IssueFor, OccurrenceActivities, OccurrenceAnswer
from activities.recorder import Recorder
from domain.recurrence import Recurrence
from domain.refusals import Code
from storage.directory import import_people
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.recurrences import occurrences
from tests.domain.clock import wall_clock
from tests.support.district import PEOPLE
from tests.workflows.test_schedules import kept

MARCH = wall_clock("2026-03-01 08:00")


@pytest.fixture
async def recurrence(pool: Pool) -> Recurrence:
    """The monthly report."""
    return await kept(pool, at=wall_clock("2026-01-10 09:00"))


@pytest.fixture
def activities(pool: Pool, recorder: Recorder) -> OccurrenceActivities:
    """On the record in PostgreSQL."""
    return OccurrenceActivities(pool, recorder)


def asked(recurrence: Recurrence, *, period: str | None = None, at: datetime = MARCH, attempt: str = "1") -> IssueFor:
    return IssueFor(recurrence_id=recurrence.id, period=period, scheduled_at=at, now=datetime.now(UTC), attempt=attempt)


async def test_the_period_is_that_of_the_planned_instant_and_a_repeat_gives_the_first_answer(
    activities: OccurrenceActivities, recurrence: Recurrence, pool: Pool
) -> None:
    first = await activities.issue_occurrence(asked(recurrence))
    assert (first.period, first.refusal) == ("2026-03", None)
    assert first.directive_id is not None
    for again in (asked(recurrence, attempt="2"), asked(recurrence, period="2026-03", attempt="3")):
        assert await activities.issue_occurrence(again) == first
    [recorded] = await PostgresEventStore(pool).events_of(first.directive_id)
    assert recorded.event.actor.user == "chu-tich"


async def test_a_refusal_is_kept_once_for_each_attempt(
    activities: OccurrenceActivities, recurrence: Recurrence, pool: Pool
) -> None:
    chairman = next(person for person in PEOPLE if person.username == "chu-tich")
    await import_people(pool, [chairman.model_copy(update={"active": False})])
    for attempt in ("1", "1", "2"):
        answer = await activities.issue_occurrence(asked(recurrence, attempt=attempt))
        assert answer.refusal is not None
        assert (answer.directive_id, answer.refusal.code) == (None, Code.NOT_PERMITTED)
    issued, refused = await occurrences(pool, recurrence.id, 10)
    assert issued == []
    assert [(one.period, one.refusal.code) for one in refused] == [("2026-03", "not_permitted")] * 2


async def test_nothing_is_issued_that_is_unknown_or_out_of_reach(
    activities: OccurrenceActivities, recurrence: Recurrence
) -> None:
    unknown = recurrence.model_copy(update={"id": uuid4()})
    assert await activities.issue_occurrence(asked(unknown)) == OccurrenceAnswer(left_out="unknown")
    late = asked(recurrence, at=wall_clock("2100-03-01 08:00"))
    assert await activities.issue_occurrence(late) == OccurrenceAnswer(period="2100-03", left_out="out_of_reach")
