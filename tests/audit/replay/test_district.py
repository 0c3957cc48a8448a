"""The district at an instant is what replaying each directive alone gives: by the list, by the events, in several processes."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from audit.replay import many
from audit.replay.clocks import Clocks
from audit.replay.district import District, Standing, Wanted, after, standing_of
from audit.replay.many import district_at, district_from_events
from audit.replay.one import replayed
from domain.evolve import HistoryBroken, fold
from domain.registries import administrator
from domain.state import Phase, StatusCell
from storage.directives import cells
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import adopt_policies, load_reference
from storage.store import Commit
from tests.audit.verify.test_tamperings import simulated
from tests.domain.clock import START, instant
from tests.domain.happenings import acknowledged, progressed, reported
from tests.storage.commits import after as further
from tests.storage.commits import begun

DAYS = (0, 4, 11, 20, 60)


async def alone(pool: Pool, clocks: Clocks) -> list[Standing]:
    """Every directive replayed for itself."""
    store = PostgresEventStore(pool)
    ids: list[UUID] = [row[0] for row in await pool.fetch("select directive_id from directives order by code")]
    told = [replayed(await store.events_of(one), clocks) for one in ids]
    return [standing_of(one.state, clocks.at) for one in told if one is not None]


async def both_ways(pool: Pool, url: str, clocks: Clocks, wanted: Wanted | None = None) -> District:
    """By the list of directives where nothing has happened since, and from the events alone: the same."""
    found = await district_at(pool, clocks, wanted)
    assert found == await district_from_events(url, clocks, wanted)
    return found


def first_day() -> datetime:
    return START.replace(day=2, month=2)


async def test_the_district_is_the_sum_of_its_directives_at_any_instant(pool: Pool, database_url: str) -> None:
    await simulated(pool, 40, seed=5)
    newer = [p.model_copy(update={"version": 9}) for p in (await load_reference(pool)).policies.values()]
    assert await adopt_policies(pool, newer[:1], administrator("test")), "an event of a registry is no directive"
    for days in DAYS:
        at = first_day() + timedelta(days=days)
        clocks = Clocks(at, at)
        found = await both_ways(pool, database_url, clocks)
        assert found.standings == await alone(pool, clocks)
        assert sum(found.cells.values()) == len(found.standings)
        assert Counter(one.cell for one in found.standings) == {c: n for c, n in found.cells.items() if n}
    assert found.standings, "the last instant is after all"
    assert {str(c): n for c, n in found.cells.items() if n} == await cells(pool, None, at)
    assert sum((Counter(one) for one in found.by_unit.values()), Counter()) == Counter(found.cells)


async def test_several_processes_give_the_same(pool: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await simulated(pool, 25, seed=6)
    clocks = Clocks(first_day() + timedelta(days=15), first_day() + timedelta(days=15))
    told: list[int] = []
    monkeypatch.setattr(many, "SMALL", 0)
    found = await district_from_events(database_url, clocks, told=told.append)
    assert found.standings == await alone(pool, clocks) != []
    assert told == [*range(1, many.PARTS + 1)]


async def test_a_unit_is_shown_what_it_led_at_that_moment(pool: Pool, database_url: str) -> None:
    await simulated(pool, 40, seed=5)
    at = first_day() + timedelta(days=20)
    clocks = Clocks(at, at)
    whole = await both_ways(pool, database_url, clocks)
    for unit, counted in whole.by_unit.items():
        own = await both_ways(pool, database_url, clocks, Wanted(unit))
        assert own.standings == [one for one in whole.standings if one.lead_unit == unit]
        assert own.cells == counted


async def test_who_may_not_see_a_directive_does_not_find_it(pool: Pool, database_url: str) -> None:
    await simulated(pool, 25, seed=5)
    at = first_day() + timedelta(days=40)
    clocks = Clocks(at, at)
    found = await both_ways(pool, database_url, clocks, Wanted(visible=frozenset({"P-A"})))
    rows = await pool.fetch("select directive_id from directives where units && '{P-A}'")
    assert {one.id for one in found.standings} == {row[0] for row in rows} != set()
    assert (await both_ways(pool, database_url, clocks, Wanted(visible=frozenset()))).standings == []


async def test_what_was_reported_late_counts_by_hindsight_only(pool: Pool, database_url: str) -> None:
    first = begun(due=100)
    late = _recorded_at(further(first, acknowledged(at=2), progressed(40, at=3), reported(at=4)), 60)
    await PostgresEventStore(pool).append([first])
    await PostgresEventStore(pool).append([late])
    at = instant(10)
    (then,) = (await both_ways(pool, database_url, Clocks(at, at))).standings
    (now,) = (await both_ways(pool, database_url, Clocks(at, instant(60)))).standings
    assert [(one.version, one.phase) for one in (then, now)] == [(1, Phase.ISSUED), (4, Phase.AWAITING_ACCEPTANCE)]


async def test_a_history_with_a_gap_stops_loudly(pool: Pool, database_url: str) -> None:
    first = begun()
    await PostgresEventStore(pool).append([first])
    last = further(first, acknowledged(at=1), progressed(10, at=2))
    gap = last.events[1].model_copy(update={"stream_version": 2})
    state = last.state.model_copy(update={"version": 2})
    await PostgresEventStore(pool).append([Commit(last.command_id, last.fingerprint, (gap,), state)])
    await pool.execute(
        "insert into events select 99, stream_id, 4, gen_random_uuid(), command_id, type, occurred_at, recorded_at, actor_user,"
        " actor_unit, actor_role, on_behalf_of, canonical, leaf_hash from events where stream_version = 2"
    )
    with pytest.raises(HistoryBroken):
        await district_from_events(database_url, Clocks(instant(100), instant(100)))


async def test_a_list_that_was_altered_deceives_the_quick_way_only(pool: Pool, database_url: str) -> None:
    first = begun()
    await PostgresEventStore(pool).append([first])
    await pool.execute("update directives set lead_unit = 'TNMT'")
    clocks = Clocks(instant(100), instant(100))
    (quick,), (sure,) = (
        (await district_at(pool, clocks)).standings,
        (await district_from_events(database_url, clocks)).standings,
    )
    assert (quick.lead_unit, sure.lead_unit) == ("TNMT", "NV")


def test_pages_go_by_numbers_and_not_by_letters() -> None:
    state = fold(begun().events)
    assert state is not None
    standings = [
        standing_of(state.model_copy(update={"code": code}), instant(0))
        for code in ("2026/0999", "2026/9999", "2026/10000")
    ]
    assert [one.code for one in after(standings, "2026/0999")] == ["2026/9999", "2026/10000"]
    assert [one.code for one in after(standings, "2026/9999")] == ["2026/10000"]
    assert after(standings, "2026/10000") == []
    assert after(standings, None) == standings
    assert District(Clocks(START, START), standings).cells[StatusCell.OPEN_IN_TIME] == 3


def _recorded_at(commit: Commit, second: float) -> Commit:
    events = tuple(event.model_copy(update={"recorded_at": instant(second)}) for event in commit.events)
    return Commit(commit.command_id, commit.fingerprint, events, commit.state)
