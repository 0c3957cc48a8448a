"""The directory, the policies and the calendar as stored, and the import of directory and policies."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from domain.calendar import WorkCalendar
from domain.directory import Directory, Grant, Person, Unit
from domain.event_values import SYSTEM, Actor
from domain.facts import NO_UPLOADS, Facts, Uploads
from domain.ids import registry_command_id
from domain.policy import Policy, check_together
from domain.registries import PolicyAdopted, Registry
from domain.state import DirectiveState
from storage.calendar import load_calendar
from storage.pool import Pool
from storage.queries import sql
from storage.registries import enter


@dataclass(frozen=True)
class Reference:
    """The directory, the policies in force and the working calendar, as of one reference version."""

    version: int
    directory: Directory
    policies: dict[str, Policy]
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    policy_versions: dict[str, Policy] = field(default_factory=dict)
    """All versions of all policies, by label."""

    def facts(self, parent: DirectiveState | None = None, uploads: Uploads = NO_UPLOADS) -> Facts:
        """What decisions rest on; `parent` is the directive above the one decided on, `uploads` what a command may attach."""
        return Facts(
            self.directory,
            self.policies,
            self.calendar,
            parent=parent,
            uploads=uploads,
            policy_versions=self.policy_versions,
        )


async def load_reference(pool: Pool) -> Reference:
    """Read directory, policies and calendar in one snapshot."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        version = await connection.fetchval(sql("reference_version"))
        units = _units(await connection.fetch(sql("all_units")))
        people = [_person(row) for row in await connection.fetch(sql("all_users"))]
        policies = [_policy(row) for row in await connection.fetch(sql("all_policies"))]
        calendar = await load_calendar(connection)
    return Reference(
        version,
        Directory(units, people),
        {policy.code: policy for policy in policies},  # the newest version of each code comes last
        calendar,
        {policy.label: policy for policy in policies},
    )


def _units(rows: Sequence[asyncpg.Record]) -> list[Unit]:
    return [Unit(**dict(row)) for row in rows]


def _policy(row: asyncpg.Record) -> Policy:
    return Policy.model_validate_json(row["body"])


def _person(row: asyncpg.Record) -> Person:
    fields = dict(row)
    roles = tuple(Grant.model_validate(grant) for grant in json.loads(fields.pop("roles")))
    return Person(**fields, roles=roles)


class ReferenceCache:
    """Keeps the reference until a read or an append tells of another version."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._held: Reference | None = None

    @property
    def held(self) -> Reference | None:
        """What was last read; it may have changed since."""
        return self._held

    async def at(self, version: int) -> Reference:
        """The reference at `version` or later."""
        held = self._held
        if held is None or held.version < version:
            held = await load_reference(self._pool)
            if self._held is None or self._held.version < held.version:  # another load may have come back first
                self._held = held
        return held

    def forget(self) -> None:
        """Read it anew next time: it turned out to be another one."""
        self._held = None

    async def current(self) -> Reference:
        """The reference as it is now."""
        return await self.at(await self._pool.fetchval(sql("reference_version")))


async def import_units(pool: Pool, units: Sequence[Unit]) -> int:
    """Add the units or bring them up to date, all or none; how many are new. Units not named stay as they are.

    DirectoryError if the whole would be no directory.
    """
    async with pool.acquire() as connection, connection.transaction():
        known = {row["code"] for row in await connection.fetch(sql("all_units"))}
        rows = [(u.code, u.name, list(u.aliases), u.kind, u.parent, n) for n, u in enumerate(units)]
        await connection.executemany(sql("put_unit"), rows)
        # A circle of units would pass the database and then stop every program that reads the directory.
        Directory(_units(await connection.fetch(sql("all_units"))), ())
    return len({unit.code for unit in units} - known)


async def import_people(pool: Pool, people: Iterable[Person]) -> int:
    """Add people or bring them up to date with exactly the roles given, all or none; how many there were."""
    people = list(people)
    async with pool.acquire() as connection, connection.transaction():
        await connection.executemany(
            sql("put_user"), [(p.username, p.full_name, p.unit, p.email, p.active) for p in people]
        )
        await connection.execute(sql("clear_roles"), [p.username for p in people])
        grants = [(p.username, grant.role, grant.unit) for p in people for grant in p.roles]
        await connection.executemany(sql("put_role"), grants)
    return len(people)


async def adopt_policies(pool: Pool, policies: Iterable[Policy], actor: Actor, *, dry_run: bool = False) -> list[str]:
    """Bring policy versions into force that are not stored yet, all or none; their labels. Each is an event of the record.

    ValueError for a stored version that differs, for a version that is not above the one in force, and (PoliciesContradict) for a
    set in which two policies claim the same directives. A dry run does all of it and takes it back.
    """
    async with pool.acquire() as connection, _transaction(connection, undo=dry_run):
        changes = await _put_policies(connection, policies)
        if not dry_run:
            await enter(connection, Registry.POLICIES, changes, actor)
    return [change.policy for _, change in changes]


@asynccontextmanager
async def _transaction(connection: Any, *, undo: bool) -> AsyncIterator[None]:
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    except BaseException:
        await transaction.rollback()
        raise
    await (transaction.rollback() if undo else transaction.commit())


async def _put_policies(connection: Any, policies: Iterable[Policy]) -> list[tuple[UUID, PolicyAdopted]]:
    changes: list[tuple[UUID, PolicyAdopted]] = []
    for policy in policies:
        stored = await connection.fetchval(sql("policy_version"), policy.code, policy.version)
        if stored is None:
            newest = await connection.fetchval(sql("newest_policy_version"), policy.code)
            if newest is not None and newest > policy.version:
                raise ValueError(f"policy {policy.label} comes after {policy.code}@{newest}; raise its version")
            document = policy.model_dump_json()
            await connection.execute(sql("put_policy"), policy.code, policy.version, document)
            command_id = registry_command_id(Registry.POLICIES, document)
            changes.append((command_id, PolicyAdopted(policy=policy.label, document=document)))
        elif Policy.model_validate_json(stored) != policy:
            raise ValueError(f"policy {policy.label} is stored with other contents; raise its version")
    held = [_policy(row) for row in await connection.fetch(sql("all_policies"))]
    check_together({policy.code: policy for policy in held}.values())
    return changes


async def seed_policies(pool: Pool, policies: Iterable[Policy]) -> list[str]:
    """Adopt those policies of which the record knows no version. What offices have made of the others is theirs."""
    known = {row["code"] for row in await pool.fetch(sql("policy_codes"))}
    return await adopt_policies(pool, [policy for policy in policies if policy.code not in known], SYSTEM)
