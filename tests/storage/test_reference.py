"""Units, people and policies: imported wholly or not at all, read anew after every change, never rewritten under a version."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from domain.directory import Directory, DirectoryError, Grant, Person, Role, Unit, UnitKind
from domain.event_values import SYSTEM
from domain.policy import Policy
from storage.directory import import_people, import_units
from storage.pool import Pool
from storage.reference import Reference, ReferenceCache, adopt_policies, load_reference
from tests.domain.district import person
from tests.domain.policies import SECONDS
from tests.support.district import PEOPLE, POLICIES, UNITS

WARD = Unit(code="P-C", name="Phường C", aliases=("PC", "phường Xê"), kind=UnitKind.WARD, parent="UBQ")
STRICTER = SECONDS.model_copy(update={"version": 2, "acceptance_levels": 1})


async def version_of(pool: Pool) -> int:
    version: int = await pool.fetchval("select version from reference_version")
    return version


async def test_what_was_imported_is_read_back(pool: Pool) -> None:
    reference = await load_reference(pool)
    assert tuple(reference.directory.units.values()) == UNITS
    assert sorted(reference.directory.people.values(), key=lambda p: p.username) == sorted(
        PEOPLE, key=lambda p: p.username
    )
    assert reference.policies == {policy.code: policy for policy in POLICIES}
    assert reference.version == await version_of(pool)


async def test_units_are_added_or_brought_up_to_date_and_the_rest_stays(pool: Pool) -> None:
    renamed = UNITS[2].model_copy(update={"name": "Phòng Nội vụ và Lao động", "aliases": ("PNV",)})
    assert [change.type for change in await import_units(pool, [renamed, WARD])] == ["UnitRevised", "UnitEstablished"]
    units = (await load_reference(pool)).directory.units
    assert units["P-C"] == WARD
    assert units["NV"] == renamed
    assert len(units) == len(UNITS) + 1
    assert await import_units(pool, [renamed, WARD]) == []


async def test_a_unit_may_come_before_the_unit_above_it(pool: Pool) -> None:
    below = Unit(code="TDP-1", name="Tổ dân phố 1", kind=UnitKind.WARD, parent="P-C")
    assert len(await import_units(pool, [below, WARD])) == 2


BROKEN_UNITS = {
    "an unknown parent": [WARD, Unit(code="X", name="X", kind=UnitKind.WARD, parent="nowhere")],
    "a unit below itself": [WARD, Unit(code="X", name="X", kind=UnitKind.WARD, parent="X")],
    "a circle of two": [
        WARD,
        Unit(code="X", name="X", kind=UnitKind.WARD, parent="Y"),
        Unit(code="Y", name="Y", kind=UnitKind.WARD, parent="X"),
    ],
    "a circle with one that was there": [WARD, UNITS[0].model_copy(update={"parent": "NV"})],
}


@pytest.mark.parametrize("units", BROKEN_UNITS.values(), ids=BROKEN_UNITS.keys())
async def test_units_that_make_no_directory_are_refused_as_a_whole(pool: Pool, units: list[Unit]) -> None:
    before = await version_of(pool)
    with pytest.raises(DirectoryError):
        await import_units(pool, units)
    assert tuple((await load_reference(pool)).directory.units.values()) == UNITS
    assert await version_of(pool) == before


async def test_people_get_exactly_the_roles_given(pool: Pool) -> None:
    roles = (Grant(role=Role.AUDITOR, unit="UBQ"), Grant(role=Role.OFFICE, unit="VP"))
    moved = PEOPLE[3].model_copy(update={"roles": roles, "full_name": "Tên mới", "email": None, "active": False})
    changes = [change.type for change in await import_people(pool, [moved, PEOPLE[4]])]
    assert changes == ["PersonMoved", "PersonRenamed", "PersonDeactivated"]
    people = (await load_reference(pool)).directory.people
    assert people[moved.username].model_copy(update={"roles": ()}) == moved.model_copy(update={"roles": ()})
    assert {*people[moved.username].roles} == {*roles}
    assert people[PEOPLE[4].username] == PEOPLE[4]
    assert len(people) == len(PEOPLE)


BROKEN_PEOPLE = {
    "an unknown unit": person("x", Role.OFFICER, "NV", unit="nowhere"),
    "a role over an unknown unit": person("x", Role.OFFICER, "nowhere", unit="NV"),
    "a role given twice": Person(
        username="x", full_name="x", unit="NV", roles=(Grant(role=Role.OFFICER, unit="NV"),) * 2
    ),
}


@pytest.mark.parametrize("broken", BROKEN_PEOPLE.values(), ids=BROKEN_PEOPLE.keys())
async def test_people_who_do_not_fit_are_refused_as_a_whole(pool: Pool, broken: Person) -> None:
    before = await version_of(pool)
    demoted = PEOPLE[0].model_copy(update={"roles": ()})
    with pytest.raises(DirectoryError):
        await import_people(pool, [demoted, broken])
    people = (await load_reference(pool)).directory.people
    assert "x" not in people
    assert people[demoted.username] == PEOPLE[0]
    assert await version_of(pool) == before


async def test_a_policy_is_added_once_and_the_newest_version_is_in_force(pool: Pool) -> None:
    assert await adopt_policies(pool, [STRICTER, SECONDS], SYSTEM) == ["giay@2"]
    assert await adopt_policies(pool, [STRICTER, SECONDS], SYSTEM) == []
    assert (await load_reference(pool)).policies["giay"] == STRICTER
    old = await pool.fetchval("select body::text from policies where code = 'giay' and version = 1")
    assert Policy.model_validate_json(old) == SECONDS


async def test_a_stored_version_with_other_contents_is_refused_as_a_whole(pool: Pool) -> None:
    changed = SECONDS.model_copy(update={"acceptance_levels": 1})
    with pytest.raises(ValueError, match="policy giay@1 is stored with other contents; raise its version"):
        await adopt_policies(pool, [STRICTER, changed], SYSTEM)
    assert (await load_reference(pool)).policies["giay"] == SECONDS


CHANGES: dict[str, Callable[[Pool], Awaitable[object]]] = {
    "units": lambda pool: import_units(pool, [WARD]),
    "people": lambda pool: import_people(pool, [PEOPLE[0].model_copy(update={"full_name": "Tên mới"})]),
    "a role taken": lambda pool: import_people(pool, [PEOPLE[0].model_copy(update={"roles": ()})]),
    "a policy": lambda pool: adopt_policies(pool, [STRICTER], SYSTEM),
    "a statement by hand": lambda pool: pool.execute("update users set active = false where username = 'tp-nv'"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_every_change_raises_the_version_and_reaches_the_cache(
    pool: Pool, change: Callable[[Pool], Awaitable[object]]
) -> None:
    cache = ReferenceCache(pool)
    before = await cache.current()
    assert await cache.current() is before
    await change(pool)
    after = await cache.current()
    assert after.version > before.version
    fresh = await load_reference(pool)
    assert (_seen(after.directory), after.policies) == (_seen(fresh.directory), fresh.policies)
    assert (_seen(after.directory), after.policies) != (_seen(before.directory), before.policies)
    assert await cache.at(before.version) is after


async def test_importing_the_same_again_keeps_the_directory(pool: Pool) -> None:
    before = _seen((await load_reference(pool)).directory)
    await import_units(pool, UNITS)
    await import_people(pool, PEOPLE)
    assert _seen((await load_reference(pool)).directory) == before


async def test_imports_at_once_all_arrive(pool: Pool) -> None:
    new = [person(f"moi-{n}", Role.OFFICER, "NV") for n in range(8)]
    await asyncio.gather(*(import_people(pool, [one]) for one in new))
    people = (await load_reference(pool)).directory.people
    assert [people[one.username] for one in new] == new


def _seen(directory: Directory) -> tuple[dict[str, Unit], dict[str, Person]]:
    return directory.units, directory.people


async def test_what_was_forgotten_is_read_anew_although_it_was_newer(pool: Pool) -> None:
    """As from a server that was then replaced by one that had not heard of the last change."""
    await import_units(pool, UNITS)
    cache = ReferenceCache(pool)
    now = await cache.current()
    cache._held = replace(now, version=now.version + 5)
    assert (await cache.at(now.version)).version == now.version + 5
    cache.forget()
    assert cache.held is None
    assert (await cache.at(now.version)).version == now.version


async def test_a_load_that_comes_back_late_does_not_take_the_place_of_a_newer_one(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_units(pool, UNITS)
    cache = ReferenceCache(pool)
    old, late = await load_reference(pool), asyncio.Event()
    await import_units(pool, [WARD])

    async def slow(_: Pool) -> Reference:
        await late.wait()
        return old

    with monkeypatch.context() as patch:
        patch.setattr("storage.reference.load_reference", slow)
        loading = asyncio.create_task(cache.at(old.version))
        await asyncio.sleep(0)
    newer = await cache.current()
    late.set()
    assert await loading == old
    assert cache.held == newer
