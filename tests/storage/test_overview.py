"""The overview: every figure is the total of a list, at every instant and for every reader."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.event_values import CitedSource
from domain.policy import SourceKind
from domain.state import RUNNING_PHASES, DirectiveState, StatusCell, Timeliness
from domain.state import Phase as Stands
from storage.directives import count
from storage.filters import Awaited, DirectiveFilter
from storage.overview import MOST_SOURCES, Figures, filter_of_day, overview
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.domain.clock import instant, wall_clock
from tests.domain.happenings import accepted, acknowledged, approved, reported
from tests.domain.runs import Course, courses
from tests.storage.commits import after, begun
from tests.storage.test_timeliness import as_commit


def awaited(state: DirectiveState) -> Awaited | None:
    """Whose word a directive waits for, in Python."""
    if state.phase is Stands.DECLINED:
        return Awaited.DECLINE
    if state.phase is Stands.AWAITING_ACCEPTANCE:
        return Awaited.ACCEPTANCE if state.approved else Awaited.APPROVAL
    return Awaited.EXTENSION if not state.closed and state.pending_extension else None


async def check(pool: Pool, states: list[DirectiveState], visible: frozenset[str] | None, now: datetime) -> None:
    """Each figure against the states, and against the list behind it."""
    found = await overview(pool, visible, now)

    async def listed(**conditions: object) -> int:
        return await count(pool, DirectiveFilter(visible, **conditions), now)  # type: ignore[arg-type]  # as the callers name them

    async def check_figures(figures: Figures, of: list[DirectiveState], **conditions: object) -> None:
        cells = Counter(state.status_cell(now) for state in of)
        assert figures.cells == {cell: cells[cell] for cell in StatusCell}
        for cell, figure in figures.cells.items():
            assert await listed(cells=(cell,), **conditions) == figure
        due_soon = sum(state.timeliness(now) is Timeliness.DUE_SOON for state in of)
        assert figures.due_soon == due_soon == await listed(timeliness=(Timeliness.DUE_SOON,), **conditions)
        assert figures.total == len(of) == figures.open + figures.completed + cells[StatusCell.WITHDRAWN]

    await check_figures(found.figures, states)
    assert {one.unit for one in found.units} == {state.lead_unit for state in states}
    for unit in found.units:
        await check_figures(unit, [state for state in states if state.lead_unit == unit.unit], unit=unit.unit)
    for source in found.sources:
        of = [state for state in states if state.source and state.source.number == source.source]
        await check_figures(source, of, source=source.source)
    waiting = Counter(map(awaited, states))
    for one, figure in found.awaited.items():
        assert figure == waiting[one] == await listed(awaits=(one,))
    for day in found.days:
        due = [s for s in states if s.due_at and day.due_from <= s.due_at < day.due_to and s.phase in RUNNING_PHASES]
        assert day.due == sum(state.timeliness(now) is not Timeliness.OVERDUE for state in due)
        assert day.due == await count(pool, filter_of_day(day, visible), now)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking through the database would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@drawn(lives=st.lists(courses, min_size=1, max_size=6), second=st.integers(0, 70))
async def test_every_figure_is_the_total_of_a_list(
    pool: Pool, record: PostgresEventStore, lives: list[Course], second: int
) -> None:
    issuer = f"u{uuid4().hex}"  # what earlier examples left in the database is of other issuers
    commits = [as_commit(life, issuer) for life in lives]
    await record.append(commits)
    await check(pool, [commit.state for commit in commits], frozenset({issuer}), instant(second))


async def test_a_district_of_some_units_and_documents(pool: Pool, record: PostgresEventStore) -> None:
    made = []
    for number in range(MOST_SOURCES + 5):
        source = CitedSource(kind=SourceKind.PLAN, number=f"{number:02}/KH")
        for turn in range(1 + number % 3):
            unit = ("NV", "TNMT", "P-A")[(number + turn) % 3]
            made.append([begun(10 + number, source=source, lead_unit=unit, coordinating_units=())])
    made.append([begun(None)])
    for commits in made[::4]:
        for happened in ((acknowledged(),), (reported(at=5), approved()), (accepted(),))[: len(made) % 4 + 1]:
            commits.append(after(commits[-1], *happened))
    await record.append([commit for commits in made for commit in commits])
    states = [commits[-1].state for commits in made]
    for second in (0, 9, 18, 100):
        await check(pool, states, None, instant(second))
        ours = [state for state in states if state.lead_unit == "P-A" or "P-A" in state.informed_units]
        await check(pool, ours, frozenset({"P-A"}), instant(second))
    found = await overview(pool, None, instant(18))
    assert [unit.cells[StatusCell.OPEN_OVERDUE] for unit in found.units] == sorted(
        (unit.cells[StatusCell.OPEN_OVERDUE] for unit in found.units), reverse=True
    )
    assert len(found.sources) == MOST_SOURCES
    assert [source.open for source in found.sources] == sorted((s.open for s in found.sources), reverse=True)
    assert {source.kind for source in found.sources} == {"plan"}


async def test_a_deadline_at_the_end_of_a_day_belongs_to_that_day(pool: Pool, record: PostgresEventStore) -> None:
    now = wall_clock("2026-03-02 09:30")
    midnights = [wall_clock(f"2026-03-{day:02} 00:00") for day in (3, 4, 9, 10)]
    dues = [
        *midnights,
        midnights[0] + timedelta(microseconds=1),
        wall_clock("2026-03-02 09:29"),
        now,
        wall_clock("2026-03-06 17:00"),
    ]
    commits = [begun(due) for due in dues]
    await record.append(commits)
    found = await overview(pool, None, now)
    # Until Sunday's end: what ends on Monday the 9th is of the next week. What is late already is not to come.
    assert [(day.day.day, day.due) for day in found.days] == [(2, 1), (3, 2), (4, 0), (5, 0), (6, 1), (7, 0), (8, 1)]
    await check(pool, [commit.state for commit in commits], None, now)


async def test_an_empty_record_has_nothing(pool: Pool) -> None:
    found = await overview(pool, None, instant(0))
    assert (found.figures.total, found.units, found.sources) == (0, (), ())
    assert {day.due for day in found.days} | {*found.awaited.values()} == {0}
