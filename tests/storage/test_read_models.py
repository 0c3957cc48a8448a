"""Read models are functions of the events: where each directive stands, who was told; and the call that wakes readers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domain.evolve import fold
from domain.ids import notice_id
from domain.text import fold as fold_text
from storage.directives import find, find_by_code
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.store import Commit, VersionConflict
from tests.domain import happenings as h
from tests.domain.spec import Happened
from tests.storage.commits import after, begun


@pytest.fixture
async def told(database_url: str) -> AsyncIterator[asyncio.Queue[str]]:
    """What a listener on the record's channel hears."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    connection = await asyncpg.connect(database_url)
    await connection.add_listener("dondoc", lambda *call: heard.put_nowait(str(call[3])))
    yield heard
    await connection.close()


async def test_a_substitutes_own_unit_does_not_see_what_is_issued_in_anothers_name(pool: Pool) -> None:
    first = begun(lead_unit="NV", coordinating_units=(), informed_units=())
    own = first.events[0].actor.model_copy(update={"user": "ct-a", "unit": "P-A", "over": "UBQ"})
    for actor, seen in (
        (own, {"NV", "UBQ", "P-A"}),
        (own.model_copy(update={"on_behalf_of": "chu-tich"}), {"NV", "UBQ"}),
    ):
        one = begun(lead_unit="NV", coordinating_units=(), informed_units=())
        events = tuple(event.model_copy(update={"actor": actor}) for event in one.events)
        state = fold(events)
        assert state is not None
        await PostgresEventStore(pool).append([replace(one, events=events, state=state)])
        found = await find(pool, one.directive_id)
        assert found is not None
        assert found.units == seen
        issuers = await pool.fetchval("select issuer from directives where directive_id = $1", one.directive_id)
        assert issuers == actor.in_name_of


def informing(happened: Happened, *usernames: str) -> Happened:
    data = happened.data.model_copy(update={"informs": usernames})
    return Happened(data, happened.by, happened.at)


def courses() -> list[list[Commit]]:
    """Directives that have come to different ends, each as the commits that led there."""
    rests: tuple[list[tuple[Happened, ...]], ...] = (
        [],
        [(h.acknowledged(), h.progressed(30, at=2))],
        [(h.acknowledged(),), (h.reminded("1.reminder.1", 1, 7), h.missed())],
        [(h.acknowledged(),), (h.reported(at=5), h.approved()), (h.accepted(),)],
        [(h.reported(at=11),), (h.rejected(),), (h.deadline_changed(30, at=12),)],
        [(h.withdrawn(at=3),)],
    )
    made = []
    for due in (10, None):
        for rest in rests:
            commits = [begun(due)]
            for happened in rest:
                commits.append(after(commits[-1], *happened))
            made.append(commits)
    return made


async def test_where_a_directive_stands_equals_a_fresh_fold_of_its_events(
    record: PostgresEventStore, pool: Pool
) -> None:
    made = courses()
    rounds = max(len(commits) for commits in made)
    for turn in range(rounds):
        await record.append([commits[turn] for commits in made if turn < len(commits)])
    for commits in made:
        events = await record.events_of(commits[0].directive_id)
        state = fold(recorded.event for recorded in events)
        found = await find(pool, commits[0].directive_id)
        assert state is not None
        assert found is not None
        assert found.state == state
        assert found.units == {"NV", "TNMT", "P-A", "UBQ"}
        assert await find_by_code(pool, state.code) == found
        row = await pool.fetchrow("select * from directives where directive_id = $1", state.id)
        assert row is not None
        assert {name: row[name] for name in _columns(state)} == _columns(state)
        assert row["last_position"] == events[-1].global_position
        assert row["search"].startswith(f"{fold_text(state.code)} ra soat ho so can bo")


def _columns(state: Any) -> dict[str, object]:
    """The columns that repeat parts of the state for filters."""
    names = ("code", "version", "phase", "title", "lead_unit", "officer", "parent", "issued_at", "due_at")
    same = {name: getattr(state, name) for name in (*names, "due_soon_from", "overdue_from")}
    return {**same, "issuer": state.issuer.user, "source_number": state.source and state.source.number}


async def test_the_inbox_equals_what_the_events_say_they_inform(record: PostgresEventStore, pool: Pool) -> None:
    first = begun(informs=("tp-nv", "cv-nv"))
    quiet = begun()
    second = after(first, informing(h.acknowledged(at=1), "chu-tich"), h.progressed(5), informing(h.missed(), "tp-nv"))
    await record.append([quiet, first])
    await record.append([second])
    expected = {
        (notice_id(e.event_id, user), n, user, e.directive_id, e.event_id, e.data.type, e.recorded_at, None)
        for n, e in enumerate((*quiet.events, *first.events, *second.events), 1)
        for user in e.data.informs
    }
    rows = await pool.fetch(
        "select notice_id, position, recipient, directive_id, event_id, type, created_at, read_at from notices"
    )
    assert {tuple(row) for row in rows} == expected
    assert len(rows) == len(expected) == 4


async def test_a_refused_append_leaves_no_trace_in_the_read_models(
    record: PostgresEventStore, pool: Pool, told: asyncio.Queue[str]
) -> None:
    first = begun()
    await record.append([first])
    await record.append([after(first, h.acknowledged())])
    standing = await pool.fetch("select * from directives")
    late = after(first, informing(h.progressed(1), "chu-tich"))
    with pytest.raises(VersionConflict):
        await record.append([begun(informs=("tp-nv",)), late])
    assert await pool.fetch("select * from directives") == standing
    assert await pool.fetchval("select count(*) from notices") == 0
    assert await record.append([begun()]) == 3
    async with asyncio.timeout(20):
        assert [await told.get() for _ in range(3)] == ["1", "2", "3"]


async def test_listeners_are_told_the_last_position(record: PostgresEventStore, told: asyncio.Queue[str]) -> None:
    first = begun()
    await record.append([first, begun()])
    await record.append([after(first, h.reported(at=2), h.approved())])
    async with asyncio.timeout(20):
        assert [await told.get() for _ in range(2)] == ["2", "4"]


async def test_numbers_go_on_past_four_digits(record: PostgresEventStore, pool: Pool) -> None:
    await pool.execute("insert into code_counters (year, last) values (2026, 9998)")
    assert [await record.next_code(2026, uuid4()) for _ in range(3)] == ["2026/9999", "2026/10000", "2026/10001"]


async def test_a_number_cannot_stand_for_two_directives(record: PostgresEventStore) -> None:
    await record.append([begun(code="2026/7777")])
    with pytest.raises(VersionConflict):
        await record.append([begun(code="2026/7777")])
