"""Decisions on the calendar in the record: entered once, with their event, in turn; what is shipped comes with a new record."""

import asyncio
from datetime import date

import asyncpg
import pytest

from domain.calendar import SHIPPED, CalendarDecision, CalendarEntry, DayKind, WorkCalendar
from domain.calendar_decisions import WantedDecision, swap
from domain.event_values import SYSTEM
from domain.refusals import Code, Refusal
from domain.registries import CalendarDecided, Registry, administrator
from storage.calendar import enter_decision, load_calendar, seed_calendar
from storage.envelope import leaf_hash
from storage.pool import Pool
from storage.reference import ReferenceCache
from storage.registries import history

ADMIN, TODAY = administrator("quantri"), date(2026, 11, 25)
SWAP = WantedDecision(
    number="15/QĐ-UBND",
    decided_on=date(2026, 11, 20),
    reason="Tết 2027",
    entries=swap(date(2027, 2, 3), date(2027, 2, 13)),
)


def day_off(day: int, number: str) -> WantedDecision:
    entry = CalendarEntry(day=date(2027, 3, day), kind=DayKind.DAY_OFF, reason="bão")
    return WantedDecision(number=number, reason="Bão", entries=(entry,))


async def test_a_decision_comes_into_force_with_its_event(pool: Pool) -> None:
    cache = ReferenceCache(pool)
    before = (await cache.current()).calendar
    decision = await enter_decision(pool, SWAP, ADMIN, today=TODAY)
    assert decision == CalendarDecision(revision=2, **dict(SWAP))
    after = (await cache.current()).calendar
    assert (before.version, after.version) == (WorkCalendar().version, WorkCalendar((*SHIPPED, decision)).version)
    assert after.decisions == (*SHIPPED, decision)
    [(recorded, event)] = await history(pool, Registry.CALENDAR)
    assert event.data == CalendarDecided(
        revision=2,
        decision_number="15/QĐ-UBND",
        decided_on=date(2026, 11, 20),
        reason="Tết 2027",
        entries=SWAP.entries,
    )
    assert event.actor == ADMIN
    assert leaf_hash(recorded.canonical) == recorded.leaf_hash


async def test_the_same_again_is_no_change_and_what_is_refused_leaves_no_trace(pool: Pool) -> None:
    await enter_decision(pool, SWAP, ADMIN, today=TODAY)
    assert await enter_decision(pool, SWAP, ADMIN, today=TODAY) is None
    refusal = await enter_decision(pool, SWAP.model_copy(update={"number": "16"}), ADMIN, today=TODAY)
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.CALENDAR_DAY_DECIDED
    assert len(await history(pool, Registry.CALENDAR)) == 1
    assert (await load_calendar(pool)).revision == 2


async def test_administrators_at_once_get_a_revision_each(pool: Pool) -> None:
    wanted = [day_off(day, f"{day}/QĐ") for day in (1, 2, 3, 4)]
    decisions = await asyncio.gather(*(enter_decision(pool, one, ADMIN, today=TODAY) for one in wanted))
    assert sorted(one.revision for one in decisions if isinstance(one, CalendarDecision)) == [2, 3, 4, 5]
    assert [event.stream_version for _, event in await history(pool, Registry.CALENDAR)] == [1, 2, 3, 4]


async def test_of_two_at_once_on_the_same_day_one_is_refused(pool: Pool) -> None:
    wanted = (day_off(1, "1/QĐ"), day_off(1, "2/QĐ"))
    answers = await asyncio.gather(*(enter_decision(pool, one, ADMIN, today=TODAY) for one in wanted))
    assert sorted(type(answer).__name__ for answer in answers) == ["CalendarDecision", "Refusal"]


async def test_a_new_record_starts_with_what_is_shipped_once(pool: Pool, database_url: str) -> None:
    owner = await asyncpg.connect(database_url)
    await owner.execute("truncate calendar_decisions, calendar_entries")
    await owner.close()
    assert (await load_calendar(pool)).revision == 0
    assert await seed_calendar(pool) == [SHIPPED[0].number]
    assert await seed_calendar(pool) == []
    [(_, event)] = await history(pool, Registry.CALENDAR)
    assert event.actor == SYSTEM
    assert (await load_calendar(pool)).version == WorkCalendar().version


async def test_what_is_shipped_gives_way_to_what_an_office_has_decided(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enter_decision(pool, SWAP, ADMIN, today=TODAY)
    later = CalendarDecision(revision=2, number="bảng 2027.1", reason="Tết 2027", entries=SWAP.entries)
    monkeypatch.setattr("storage.calendar.SHIPPED", (*SHIPPED, later))
    assert await seed_calendar(pool) == []
    assert len(await history(pool, Registry.CALENDAR)) == 1


@pytest.mark.parametrize("table", ["calendar_decisions", "calendar_entries"])
@pytest.mark.parametrize("change", ["update {} set reason = 'x'", "delete from {}", "truncate {}"])
async def test_programs_can_only_add(pool: Pool, table: str, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(change.format(table))
