"""A simulated history goes into an empty record as a whole, and the record goes on from it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from console.filling import InTheFuture, fill
from domain.evolve import fold
from simulation.behaviour import Behaviour
from simulation.run import Plan, history, month_of, period
from simulation.tally import Tally
from storage.directives import cells, count_open, find, open_directives
from storage.history import RecordNotEmpty, has_directives, writing_history
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.queries import sql
from storage.reference import ReferenceCache
from storage.store import Commit, ReferenceChanged


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small history is written in several statements."""
    monkeypatch.setattr("storage.history.EVENTS_AT_ONCE", 100)


START, END = period(month_of("2026-02"), 1)


async def events(pool: Pool) -> int:
    return int(await pool.fetchval(sql("head_position")))


async def plan_of(pool: Pool, end: datetime = END) -> tuple[Plan, int]:
    reference = await ReferenceCache(pool).current()
    facts = reference.facts(END)
    return Plan(90, START, end, 7, Behaviour(), facts), reference.version


async def test_what_is_written_is_what_was_simulated(pool: Pool) -> None:
    plan, version = await plan_of(pool)
    tally = await fill(pool, plan, version)
    assert await cells(pool, None, END) == {str(cell): count for cell, count in tally.cells.items() if count}
    assert await events(pool) == tally.counts["events"] > 300
    assert await count_open(pool) == tally.counts["open"]
    store = PostgresEventStore(pool)
    for directive_id in (await open_directives(pool))[:10]:
        found = await find(pool, directive_id)
        assert found is not None
        assert fold(item.event for item in await store.events_of(directive_id)) == found.state


async def test_numbers_go_on_after_it(pool: Pool) -> None:
    plan, version = await plan_of(pool)
    await pool.fetchval("select next_code(2026)")
    tally = await fill(pool, plan, version)
    issued = tally.counts["directives"] + tally.counts["sub_directives"]
    assert await pool.fetchval("select min(code) from directives") == "2026/0002"
    assert await pool.fetchval("select next_code(2026)") == f"2026/{issued + 2:04d}"


async def test_it_never_comes_to_stand_beside_real_directives(pool: Pool) -> None:
    plan, version = await plan_of(pool)
    await fill(pool, plan, version)
    before = await events(pool)
    with pytest.raises(RecordNotEmpty):
        await fill(pool, plan, version)
    assert await events(pool) == before


async def test_one_that_breaks_off_leaves_nothing(pool: Pool) -> None:
    plan, version = await plan_of(pool)

    def broken() -> Iterator[Sequence[Commit]]:
        _, commits = history(plan, Tally(START, END), {})
        yield from commits
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with writing_history(pool, version) as written:
            await written.append(broken())
    assert written.events > 0
    assert not await has_directives(pool)
    await fill(pool, plan, version)


async def test_it_rests_on_the_units_and_policies_it_was_simulated_with(pool: Pool) -> None:
    plan, version = await plan_of(pool)
    await pool.execute("update units set place = place + 1")
    with pytest.raises(ReferenceChanged):
        await fill(pool, plan, version)
    assert not await has_directives(pool)


async def test_it_does_not_reach_past_now(pool: Pool) -> None:
    plan, version = await plan_of(pool, datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(InTheFuture):
        await fill(pool, plan, version)
