"""The directory as stored: read with all its days, and changed only through events of its registry."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, assert_never
from uuid import UUID

import asyncpg

from domain.directory import EndedUnit, Grant, Person, Unit
from domain.directory_changes import (
    DirectoryChange,
    PersonDeactivated,
    PersonMoved,
    PersonReactivated,
    PersonRegistered,
    PersonRenamed,
    SubstitutionDecided,
    SubstitutionEnded,
    UnitEnded,
    UnitEstablished,
    UnitRevised,
)
from domain.directory_error import DirectoryError
from domain.directory_import import imported_people, imported_units
from domain.event_values import SYSTEM, Actor
from domain.ids import registry_command_id
from domain.instants import local
from domain.registries import Registry, RegistryData
from domain.substitution import Substitution
from domain.validity import BEGINNING, DatedDirectory, DatedPerson, DatedUnit, PersonSpell, UnitSpell
from storage.pool import Pool
from storage.queries import sql
from storage.registries import enter

Plan = Callable[[DatedDirectory], Sequence[DirectoryChange]]
"""From the directory as it is to what is to change; see domain.reorganising and domain.directory_import."""


async def dated_directory(connection: Any) -> DatedDirectory:
    """The whole directory; `connection` is in a transaction that sees one moment."""
    ends = {row["code"]: row for row in await connection.fetch(sql("unit_ends"))}
    spells: defaultdict[str, list[UnitSpell]] = defaultdict(list)
    for row in await connection.fetch(sql("unit_spells")):
        fields = dict(row)
        since = fields.pop("since")
        spells[row["code"]].append(UnitSpell(since, Unit(**fields)))
    units = [DatedUnit(code, tuple(of), _end(ends.get(code), of[-1].unit)) for code, of in spells.items()]
    posts: defaultdict[str, list[PersonSpell]] = defaultdict(list)
    for row in await connection.fetch(sql("person_spells")):
        roles = tuple(Grant.model_validate(grant) for grant in json.loads(row["roles"]))
        posts[row["username"]].append(PersonSpell(row["since"], row["unit"], roles))
    people = [
        DatedPerson(row["username"], row["full_name"], tuple(posts[row["username"]]), row["email"], row["active"])
        for row in await connection.fetch(sql("all_users"))
    ]
    return DatedDirectory(
        units, people, [Substitution(**dict(r)) for r in await connection.fetch(sql("substitutions"))]
    )


def _end(row: Any, last: Unit) -> EndedUnit | None:
    if row is None:
        return None
    return EndedUnit(
        code=row["code"],
        name=last.name,
        on=row["on_day"],
        parent=last.parent,
        successors=tuple(row["successors"]),
        decision_number=row["decision_number"],
    )


async def revise(
    pool: Pool, plan: Plan, actor: Actor, *, contacts: Iterable[Person] = (), order: Iterable[str] = ()
) -> list[DirectoryChange]:
    """Carry out what `plan` makes of the directory, all or none, each change an event of the record; the changes.

    `contacts` get the mail addresses they name, `order` is a new order of units; neither is an event. Whatever `plan`
    raises, DirectoryError above all, leaves everything as it was.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(sql("directory_turn"))
        changes = list(plan(await dated_directory(connection)))
        await put_changes(connection, changes)
        for place, code in enumerate(order):
            await connection.execute(sql("put_unit"), code, place)
        await connection.executemany(sql("set_user_email"), [(p.username, p.email) for p in contacts])
        version = await connection.fetchval(sql("registry_version"), Registry.DIRECTORY.stream_id)
        entries: list[tuple[UUID, RegistryData]] = [
            (_command_id(change, version + place), change) for place, change in enumerate(changes)
        ]
        try:
            await enter(connection, Registry.DIRECTORY, entries, actor)
        except asyncpg.UniqueViolationError:
            raise DirectoryError(
                "mã lệnh này đã dùng cho một yêu cầu khác",
                "this command id was used for another request",
                code="idempotency_key_reused",
            ) from None
    return changes


def _command_id(change: DirectoryChange, version: int) -> UUID:
    """A substitution is known by the command that decided it; else the place counts too, for a unit may get an old name back."""
    if isinstance(change, SubstitutionDecided):
        return change.id
    return registry_command_id(Registry.DIRECTORY, f"{version}:{change.model_dump_json()}")


async def put_changes(connection: Any, changes: Iterable[DirectoryChange]) -> None:
    """Bring the tables to where `changes` lead; domain.directory_fold says the same of a directory in memory."""
    for change in changes:
        match change:
            case UnitEstablished() | UnitRevised():
                await connection.execute(sql("put_unit_last"), change.code)
                await connection.execute(
                    sql("put_unit_spell"),
                    change.code,
                    change.since or BEGINNING,
                    change.name,
                    list(change.aliases),
                    change.kind,
                    change.parent,
                )
            case UnitEnded():
                await connection.execute(
                    sql("put_unit_end"), change.code, change.on, list(change.successors), change.decision_number
                )
            case PersonRegistered():
                await connection.execute(sql("put_user"), change.username, change.full_name)
                await _put_spell(connection, change)
            case PersonMoved():
                await _put_spell(connection, change)
            case PersonRenamed():
                await connection.execute(sql("name_user"), change.username, change.full_name)
            case PersonDeactivated() | PersonReactivated():
                active = isinstance(change, PersonReactivated)
                await connection.execute(sql("set_user_active"), change.username, active)
            case SubstitutionDecided():
                days = change.first_day, change.last_day
                await connection.execute(
                    sql("put_substitution"), change.id, change.absent, change.substitute, *days, change.decision_number
                )
            case SubstitutionEnded():
                await connection.execute(sql("end_substitution"), change.id, change.last_day)
            case _:
                assert_never(change)


async def _put_spell(connection: Any, change: PersonRegistered | PersonMoved) -> None:
    roles = json.dumps([held.model_dump(mode="json") for held in change.roles])
    await connection.execute(sql("put_person_spell"), change.username, change.since or BEGINNING, change.unit, roles)


async def import_units(
    pool: Pool,
    units: Sequence[Unit],
    actor: Actor = SYSTEM,
    *,
    since: date | None = None,
    decision: str | None = None,
) -> list[DirectoryChange]:
    """Add the units or bring them up to date, all or none; what changed. Units not named stay as they are.

    DirectoryError if the whole would be no directory.
    """

    def plan(held: DatedDirectory) -> list[DirectoryChange]:
        return imported_units(held, units, today(), since, decision)

    return await revise(pool, plan, actor, order=[unit.code for unit in units])


async def import_people(
    pool: Pool,
    people: Iterable[Person],
    actor: Actor = SYSTEM,
    *,
    since: date | None = None,
    decision: str | None = None,
) -> list[DirectoryChange]:
    """Add people or bring them up to date with exactly the roles given, all or none; what changed besides addresses.

    DirectoryError if someone names a unit that is not there.
    """
    people = list(people)

    def plan(held: DatedDirectory) -> list[DirectoryChange]:
        return imported_people(held, people, today(), since, decision)

    return await revise(pool, plan, actor, contacts=people)


def today() -> date:
    """The local day of this process's clock."""
    return local(datetime.now(UTC)).date()
