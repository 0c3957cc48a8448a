"""What decisions rest on besides the directive, read whole and kept until it changes; and the adoption of policies."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from domain.calendar import WorkCalendar
from domain.directory import Directory
from domain.event_values import SYSTEM, Actor
from domain.facts import NO_UPLOADS, Facts, Uploads
from domain.ids import registry_command_id
from domain.instants import local
from domain.policy import Policy, check_together
from domain.registries import PolicyAdopted, Registry
from domain.state import DirectiveState
from domain.validity import DatedDirectory
from storage.calendar import load_calendar
from storage.directory import dated_directory
from storage.pool import Pool
from storage.queries import sql
from storage.registries import enter


@dataclass(frozen=True)
class Reference:
    """The directory with its days, the policies in force and the working calendar, as of one reference version."""

    version: int
    dated: DatedDirectory
    policies: dict[str, Policy]
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    policy_versions: dict[str, Policy] = field(default_factory=dict)
    """All versions of all policies, by label."""

    def facts(self, at: datetime, parent: DirectiveState | None = None, uploads: Uploads = NO_UPLOADS) -> Facts:
        """What decisions at `at` rest on; `parent` is the directive above that decided on, `uploads` what a command may attach."""
        return Facts(
            self.directory_at(at),
            self.policies,
            self.calendar,
            parent=parent,
            uploads=uploads,
            policy_versions=self.policy_versions,
        )

    def directory_at(self, moment: datetime) -> Directory:
        """The directory on the local day of an instant; decisions take that of their command."""
        return self.dated.on(local(moment).date())

    @property
    def directory(self) -> Directory:
        """The directory as it is today, by the clock of this process."""
        return self.directory_at(datetime.now(UTC))


async def load_reference(pool: Pool) -> Reference:
    """Read directory, policies and calendar in one snapshot."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        version = await connection.fetchval(sql("reference_version"))
        dated = await dated_directory(connection)
        policies = [_policy(row) for row in await connection.fetch(sql("all_policies"))]
        calendar = await load_calendar(connection)
    return Reference(
        version,
        dated,
        {policy.code: policy for policy in policies},  # the newest version of each code comes last
        calendar,
        {policy.label: policy for policy in policies},
    )


def _policy(row: asyncpg.Record) -> Policy:
    return Policy.model_validate_json(row["body"])


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
