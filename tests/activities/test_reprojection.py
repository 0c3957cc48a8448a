"""Re-projection in the activities: what came due goes first, and pages find exactly those that a decision touches."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from activities.messages import ReprojectionOutlook, TouchedQuery
from activities.recorder import Recorder
from activities.reprojection import ReprojectionActivities
from activities.ruling import Ruling, rule
from domain.calendar import SHIPPED, CalendarDecision, CalendarEntry, DayKind, WorkCalendar
from domain.calendar_decisions import WantedDecision, swap
from domain.commands import SYSTEM_USER, CommandEnvelope, Deadline, IssueDirective, Reproject
from domain.events import DeadlineChanged, ReminderDue
from domain.ids import directive_id_for
from domain.instants import local
from domain.registries import administrator
from storage.calendar import enter_decision
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import ReferenceCache
from tests.domain.clock import START, wall_clock
from tests.domain.happenings import order
from tests.domain.spec import DIRECTIVE, FACTS, given


def test_a_step_that_came_due_is_recorded_before_the_calendar_moves_the_rest() -> None:
    story = given().when(order(deadline=Deadline(working_days=3), policy="thuong")).accepted()
    decision = CalendarDecision(
        revision=2,
        number="15/QĐ-UBND",
        reason="Bão",
        entries=(CalendarEntry(day=date(2026, 3, 5), kind=DayKind.DAY_OFF, reason="bão"),),
    )
    at = wall_clock("2026-03-04 09:00")  # the reminder of eight o'clock has not been taken yet
    envelope = CommandEnvelope(
        command_id=uuid4(),
        directive_id=DIRECTIVE,
        user=SYSTEM_USER,
        at=at,
        command=Reproject(after=1, revision=2),
    )
    ruling = rule(envelope, story.now, replace(FACTS, calendar=WorkCalendar((*SHIPPED, decision))), at)
    assert isinstance(ruling, Ruling)
    happened = [event.data for commit in ruling.commits() for event in commit.events]
    assert [type(data) for data in happened] == [ReminderDue, DeadlineChanged]
    assert isinstance(happened[0], ReminderDue)
    assert happened[0].due_at == wall_clock("2026-03-04 08:00")


async def issued(recorder: Recorder, command: IssueDirective) -> UUID:
    command_id = uuid4()
    envelope = CommandEnvelope(
        command_id=command_id,
        directive_id=directive_id_for(command_id),
        user="chu-tich",
        at=START,
        command=command,
    )
    assert (await recorder.record(envelope)).refusal is None
    return envelope.directive_id


async def test_pages_hold_those_that_are_touched_and_together_all_that_are_open(pool: Pool) -> None:
    recorder = Recorder(PostgresEventStore(pool), ReferenceCache(pool), lambda: START)
    near = {await issued(recorder, order(deadline=Deadline(working_days=n), policy="thuong")) for n in (3, 5, 9)}
    for deadline in (Deadline(working_days=200), Deadline(none_because="Thường xuyên")):
        await issued(recorder, order(deadline=deadline, policy="thuong"))
    swapped = WantedDecision(number="15", reason="Thử", entries=swap(date(2026, 3, 5), date(2026, 3, 14)))
    await enter_decision(pool, swapped, administrator("quantri"), today=local(START).date())
    activities = ReprojectionActivities(pool)
    assert await activities.outlook() == ReprojectionOutlook(after=0, revision=2, open_directives=5)
    found: set[UUID] = set()
    above: UUID | None = UUID(int=0)
    looked_at = []
    while above is not None:
        page = await activities.touched(TouchedQuery(after=1, revision=2, above=above, limit=2))
        found |= {*page.touched}
        looked_at.append(page.looked_at)
        above = page.last
    assert looked_at == [2, 2, 1]
    assert near <= found
    assert len(found) == 4, "two hundred working days are counted over these two as well"
    nothing = await activities.touched(TouchedQuery(after=2, revision=2, above=UUID(int=0), limit=10))
    assert (nothing.touched, nothing.looked_at, nothing.last) == ((), 5, None)
