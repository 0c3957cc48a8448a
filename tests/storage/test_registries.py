"""Changes of the registries in the record: entered with the change, once, in order, beside the events of directives."""

import asyncio

import pytest

from domain.event_values import SYSTEM
from domain.policy import PoliciesContradict, Policy, SourceKind
from domain.registries import PolicyAdopted, Registry, administrator
from storage.directory import import_people
from storage.envelope import is_of_registry, leaf_hash
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import ReferenceCache, adopt_policies, seed_policies
from storage.registries import changes_of_person, history
from tests.domain.district import PEOPLE
from tests.domain.policies import SECONDS

ADMIN = administrator("quantri")


def version(number: int, code: str = "giay") -> Policy:
    return SECONDS.model_copy(update={"code": code, "version": number})


async def test_a_policy_comes_into_force_with_its_event(pool: Pool) -> None:
    assert await adopt_policies(pool, [version(2), version(3)], ADMIN) == ["giay@2", "giay@3"]
    entries = await history(pool, Registry.POLICIES)
    assert [(event.stream_version, event.actor) for _, event in entries] == [(1, ADMIN), (2, ADMIN)]
    adopted = [event.data for _, event in entries if isinstance(event.data, PolicyAdopted)]
    assert [data.policy for data in adopted] == ["giay@2", "giay@3"]
    assert [recorded.global_position for recorded, _ in entries] == [1, 2]
    for recorded, event in entries:
        assert leaf_hash(recorded.canonical) == recorded.leaf_hash
        assert isinstance(event.data, PolicyAdopted)
        assert Policy.model_validate_json(event.data.document).label == event.data.policy
    assert (await ReferenceCache(pool).current()).policies["giay"].version == 3


async def test_the_same_again_is_no_change(pool: Pool) -> None:
    await adopt_policies(pool, [version(2)], ADMIN)
    assert await adopt_policies(pool, [version(2)], ADMIN) == []
    assert len(await history(pool, Registry.POLICIES)) == 1


async def test_what_is_refused_leaves_neither_policy_nor_event(pool: Pool) -> None:
    await adopt_policies(pool, [version(3)], ADMIN)
    with pytest.raises(ValueError, match="giay@2 comes after giay@3"):
        await adopt_policies(pool, [version(1, "moi"), version(2)], ADMIN)
    assert len(await history(pool, Registry.POLICIES)) == 1
    assert "moi" not in (await ReferenceCache(pool).current()).policies


async def test_policies_that_claim_the_same_directives_do_not_come_into_force_together(pool: Pool) -> None:
    petitions = SECONDS.model_copy(update={"code": "don-thu", "sources": (SourceKind.PETITION,)})
    await adopt_policies(pool, [petitions], ADMIN)
    with pytest.raises(PoliciesContradict, match="don-thu and kien-nghi both claim any urgency, petition"):
        await adopt_policies(pool, [petitions.model_copy(update={"code": "kien-nghi"})], ADMIN)
    assert [event.data.type for _, event in await history(pool, Registry.POLICIES)] == ["PolicyAdopted"]
    given_up = petitions.model_copy(update={"version": 2, "sources": ()})
    again = petitions.model_copy(update={"code": "kien-nghi"})
    assert await adopt_policies(pool, [given_up, again], ADMIN) == ["don-thu@2", "kien-nghi@1"]


async def test_two_administrators_at_once_enter_one_event_each_in_turn(pool: Pool) -> None:
    await asyncio.gather(*(adopt_policies(pool, [version(1, f"moi-{n}")], ADMIN) for n in range(5)))
    assert [event.stream_version for _, event in await history(pool, Registry.POLICIES)] == [1, 2, 3, 4, 5]


async def test_a_default_is_adopted_only_where_the_record_knows_none(pool: Pool) -> None:
    await adopt_policies(pool, [version(2)], ADMIN)
    assert await seed_policies(pool, [version(3), version(1, "moi")]) == ["moi@1"]
    assert [event.actor for _, event in await history(pool, Registry.POLICIES)] == [ADMIN, SYSTEM]


async def test_the_events_stand_in_the_log_of_all_events(pool: Pool) -> None:
    await adopt_policies(pool, [version(2)], ADMIN)
    (recorded,) = await PostgresEventStore(pool).events_after(0, 10)
    assert is_of_registry(recorded.canonical)


async def test_the_changes_of_a_person_are_found_newest_first(pool: Pool) -> None:
    head, other = (next(one for one in PEOPLE if one.username == name) for name in ("tp-nv", "tp-tnmt"))
    for name in ("Một", "Hai"):
        await import_people(pool, [one.model_copy(update={"full_name": name}) for one in (head, other)], ADMIN)
    await import_people(pool, [head.model_copy(update={"full_name": "Hai", "active": False})], ADMIN)
    found = await changes_of_person(pool, "tp-nv", 10)
    assert [event.data.type for event in found] == ["PersonDeactivated", "PersonRenamed", "PersonRenamed"]
    assert await changes_of_person(pool, "tp-nv", 1) == found[:1]
    assert await changes_of_person(pool, "nobody", 10) == []
