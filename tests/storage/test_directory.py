"""The directory in the record: changed with its events, all or none, in turn; what is read is the fold of the events."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from domain.directory import Role, Unit, UnitKind
from domain.directory_changes import DirectoryChange
from domain.directory_error import DirectoryError
from domain.directory_fold import changed
from domain.registries import Registry, administrator
from domain.reorganising import merged, person_moved, renamed, split, substituted, substitution_ended
from domain.substitution import Substitution
from domain.validity import DatedDirectory
from storage.directory import Plan, import_people, import_units, revise
from storage.pool import Pool
from storage.reference import ReferenceCache, load_reference
from storage.registries import history
from tests.domain.district import person
from tests.support.district import PEOPLE, UNITS

ADMIN = administrator("quantri")
DAY = date(2026, 7, 1)
START = DatedDirectory.always(UNITS, PEOPLE)


async def done(pool: Pool, plan: Plan) -> list[DirectoryChange]:
    return await revise(pool, plan, ADMIN)


def stands_in(
    first: date = DAY, last: date = DAY, *, absent: str = "chu-tich", one: UUID | None = None
) -> Substitution:
    return Substitution(id=one or uuid4(), absent=absent, substitute="pct", first_day=first, last_day=last)


def same(one: DatedDirectory, other: DatedDirectory) -> bool:
    return (one.units, one.people, one.substitutions) == (other.units, other.people, other.substitutions)


async def recorded(pool: Pool) -> list[DirectoryChange]:
    return [event.data for _, event in await history(pool, Registry.DIRECTORY)]  # type: ignore[misc]  # of this registry


async def test_what_is_read_is_the_fold_of_what_happened(pool: Pool) -> None:
    one = stands_in(DAY, DAY + timedelta(days=5))
    ward = Unit(code="P-D", name="Phường D", kind=UnitKind.WARD, parent="UBQ")
    plans: Sequence[Plan] = (
        lambda held: renamed(held, "VP", "Văn phòng HĐND và UBND", DAY),
        lambda held: merged(held, ["NV", "TNMT"], "NVMT", DAY, "9/NQ", name="Phòng Nội vụ - Môi trường"),
        lambda held: split(held, "P-A", [ward, "P-B"], "P-D", DAY, "10/NQ"),
        lambda held: person_moved(held, "kiem-tra", "VP", (), DAY),
        lambda held: substituted(held, one),
        lambda held: substitution_ended(held, one.id, DAY, DAY),
    )
    for plan in plans:
        assert await done(pool, plan)
    await import_people(pool, [PEOPLE[0].model_copy(update={"full_name": "Chủ tịch", "active": False})], ADMIN)
    read = (await load_reference(pool)).dated
    assert same(read, changed(START, await recorded(pool)))
    assert read.on(DAY).present("NV") == "NVMT"


async def test_each_change_is_an_event_with_its_author_and_decision(pool: Pool) -> None:
    await done(pool, lambda held: merged(held, ["P-A"], "P-B", DAY, "9/NQ"))
    entries = [event for _, event in await history(pool, Registry.DIRECTORY)]
    assert [event.data.type for event in entries] == ["UnitEnded", "PersonMoved"]
    assert {event.actor.name for event in entries} == {"quantri"}
    assert all(getattr(event.data, "decision_number", None) == "9/NQ" for event in entries)


async def test_the_cache_sees_each_day_as_it_is(pool: Pool) -> None:
    cache = ReferenceCache(pool)
    before = await cache.current()
    await done(pool, lambda held: renamed(held, "NV", "Phòng Nội vụ mới", DAY))
    after = await cache.current()
    assert after.version > before.version
    names = [after.dated.on(day).units["NV"].name for day in (DAY - timedelta(days=1), DAY)]
    assert names == ["Phòng Nội vụ", "Phòng Nội vụ mới"]


async def test_a_unit_may_get_an_old_name_back(pool: Pool) -> None:
    for name in ("Phòng Nội vụ mới", "Phòng Nội vụ", "Phòng Nội vụ mới"):
        assert await done(pool, lambda held, name=name: renamed(held, "NV", name, DAY))  # type: ignore[misc]
    assert len(await recorded(pool)) == 3


async def test_what_is_refused_changes_nothing(pool: Pool) -> None:
    before = await load_reference(pool)
    with pytest.raises(DirectoryError):
        await done(pool, lambda held: [*renamed(held, "NV", "Mới", DAY), *merged(held, ["P-A"], "X", DAY)])
    after = await load_reference(pool)
    assert (after.version, await recorded(pool)) == (before.version, [])
    assert same(after.dated, before.dated)


async def test_of_two_acts_at_once_that_contradict_each_other_one_is_refused(pool: Pool) -> None:
    """Each alone is fine: the check has to see what the other did."""
    outcomes = await asyncio.gather(
        done(pool, lambda held: merged(held, ["P-A"], "P-B", DAY)),
        done(pool, lambda held: merged(held, ["P-B"], "P-A", DAY)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DirectoryError", "list"]
    (await load_reference(pool)).dated.check()


async def test_of_two_substitutes_decided_at_once_one_is_refused(pool: Pool) -> None:
    outcomes = await asyncio.gather(
        *(done(pool, lambda held: substituted(held, stands_in())) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DirectoryError"] * 3 + ["list"]


async def test_an_id_that_another_command_has_had_is_refused(pool: Pool) -> None:
    one = stands_in()
    await done(pool, lambda held: substituted(held, one))
    other = stands_in(one=one.id, absent="tp-nv")
    with pytest.raises(DirectoryError, match="is another one"):
        await done(pool, lambda held: substituted(held, other))


async def test_a_substitute_ends_with_the_day(pool: Pool) -> None:
    await done(pool, lambda held: substituted(held, stands_in()))
    dated = (await load_reference(pool)).dated
    acting = [dated.on(DAY + timedelta(days=n)).substitute_of("chu-tich") is not None for n in (-1, 0, 1)]
    assert acting == [False, True, False]


async def test_an_import_from_a_day_leaves_the_days_before(pool: Pool) -> None:
    renamed_unit = UNITS[2].model_copy(update={"name": "Phòng Nội vụ mới"})
    moved = person("cv-nv", Role.OFFICER, "TNMT")
    await import_units(pool, [renamed_unit], ADMIN, since=DAY, decision="9/NQ")
    await import_people(pool, [moved], ADMIN, since=DAY)
    dated = (await load_reference(pool)).dated
    assert dated.on(DAY - timedelta(days=1)).people["cv-nv"].unit == "NV"
    assert dated.on(DAY).people["cv-nv"].unit == "TNMT"
    assert dated.on(DAY).units["NV"] == renamed_unit


async def test_addresses_stand_in_no_event(pool: Pool) -> None:
    await import_people(pool, [PEOPLE[0].model_copy(update={"email": "moi@x.example"})], ADMIN)
    assert (await load_reference(pool)).directory.people[PEOPLE[0].username].email == "moi@x.example"
    await import_people(pool, [person("moi", Role.OFFICER, "NV").model_copy(update={"email": "moi2@x.example"})], ADMIN)
    assert [change.type for change in await recorded(pool)] == ["PersonRegistered"]
    assert not await pool.fetchval(
        "select bool_or(position('example' in convert_from(canonical, 'UTF8')) > 0) from events"
    )


async def test_units_are_listed_in_the_order_of_the_last_list(pool: Pool) -> None:
    await import_units(pool, UNITS[::-1], ADMIN)
    assert tuple((await load_reference(pool)).directory.units.values()) == UNITS[::-1]
