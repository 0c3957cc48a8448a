"""The list and the totals compute in SQL what DirectiveState says in Python, at every instant."""

from collections import Counter
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.evolve import fold
from domain.state import DirectiveState, Timeliness
from storage.directives import DirectiveFilter, cells, overslept, page
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.store import Commit
from tests.domain.clock import instant
from tests.domain.runs import Course, courses
from tests.storage.commits import begun


def as_commit(course: Course, issuer: str) -> Commit:
    """The whole course as one commit, on a directive of its own issued by `issuer`."""
    fresh = begun()
    first, *rest = (
        event.model_copy(
            update={"directive_id": fresh.directive_id, "event_id": uuid4(), "command_id": fresh.command_id}
        )
        for event in course.end.events
    )
    data = first.data.model_copy(update={"code": fresh.state.code})
    by = first.actor.model_copy(update={"user": issuer, "unit": issuer})  # the one thing that nothing changes later
    events = (first.model_copy(update={"data": data, "actor": by}), *rest)
    state = fold(events)
    assert state is not None
    return Commit(fresh.command_id, fresh.fingerprint, events, state)


async def as_listed(pool: Pool, issuer: str, second: float) -> dict[UUID, Timeliness]:
    """How the list's filter tells the directives of `issuer` apart."""
    found: dict[UUID, Timeliness] = {}
    for standing in Timeliness:
        wanted = DirectiveFilter(visible=None, issuer=issuer, timeliness=(standing,))
        listed = await page(pool, wanted, instant(second), sort="code", limit=100)
        assert listed.total == len(listed.items)
        assert not found.keys() & {state.id for state in listed.items}
        found |= {state.id: standing for state in listed.items}
    return found


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking through the database would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@drawn(
    lives=st.lists(courses, min_size=1, max_size=6),
    seconds=st.lists(
        st.one_of(st.integers(0, 70).map(float), st.floats(0, 70, allow_nan=False)), min_size=1, max_size=4
    ),
)
async def test_sql_and_python_agree_on_every_directive_at_every_instant(
    pool: Pool, record: PostgresEventStore, lives: list[Course], seconds: list[float]
) -> None:
    issuer = f"u{uuid4().hex}"  # what earlier examples left in the database is of other issuers
    commits = [as_commit(life, issuer) for life in lives]
    await record.append(commits)
    states: list[DirectiveState] = [commit.state for commit in commits]
    for second in [*seconds, *_edges(states)]:
        now = instant(second)
        assert await as_listed(pool, issuer, second) == {state.id: state.timeliness(now) for state in states}
        owing = {state.id for state in states if state.next_wakeup_at is not None and state.next_wakeup_at < now}
        assert {*await overslept(pool, now, 10_000)} & {state.id for state in states} == owing
        assert await cells(pool, frozenset({issuer}), now) == Counter(str(state.status_cell(now)) for state in states)


def _edges(states: list[DirectiveState]) -> list[float]:
    """The very instants at which a directive's standing changes, and the microsecond before."""
    instants = {at for state in states for at in (state.due_soon_from, state.overdue_from) if at is not None}
    seconds = [at.timestamp() - instant(0).timestamp() for at in sorted(instants)[:2]]
    return [second - before for second in seconds for before in (0, 0.000001)]
