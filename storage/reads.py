"""Notes of reads: put down before an answer is given, looked up by auditors, closed and summed for the seals."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from domain.directory import Person
from domain.event_values import Actor
from domain.reading import Door, Opened, Read, Right
from storage.directives import Found, found_in
from storage.envelope import rfc8785
from storage.pool import Pool
from storage.queries import sql


class Source(Protocol):
    """A pool, or a connection in a snapshot of somebody's."""

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        """The rows of a query."""
        ...


PAGE = 5000
"""Reads held in memory at a time while they are summed."""
MOST_DETAIL = 500


async def note_read(
    pool: Pool,
    reader: Actor,
    door: Door,
    kind: Opened,
    *,
    subject: UUID | None = None,
    version: int | None = None,
    detail: str = "",
) -> None:
    """Note that `reader` opens something. Call it before the answer; if it raises, do not give the answer.

    The same reader opening the same in the same way within a minute is one note, with the first instant.
    """
    await pool.execute(
        sql("note_read"),
        reader.user,
        reader.unit,
        reader.role,
        reader.over,
        reader.on_behalf_of,
        door,
        kind,
        subject,
        version,
        detail[:MOST_DETAIL],
    )


async def open_directive(
    pool: Pool, reader: Person, rights: Sequence[Right], reference: UUID | str, door: Door, kind: Opened
) -> Found | None:
    """A directive by id or number as it is now, with the children that the reader sees, noted in the same statement.

    None, and no note, if it is not there or `rights` do not show it.
    """
    row = await pool.fetchrow(
        sql("open_directive"),
        reference if isinstance(reference, UUID) else None,
        reference if isinstance(reference, str) else None,
        list(frozenset[str]().union(*(right.units for right in rights))),
        [right.grant.role for right in rights],
        [right.grant.unit for right in rights],
        [right.absent.username if right.absent else None for right in rights],
        [" ".join(right.units) for right in rights],
        reader.username,
        reader.unit,
        door,
        kind,
    )
    return found_in(row)


@dataclass(frozen=True)
class ReadFilter:
    """Which reads to look up; everything given must hold."""

    directive: UUID | None = None
    reader: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    scope: frozenset[str] | None = None
    """Reads that concern these units: of their directives, and by their people where no directive is named. None is all."""
    unattributed: bool = True
    """Whether also those that name neither a directive nor a unit: machines' logins opening many directives at once."""


@dataclass(frozen=True)
class FoundRead:
    """A read, with the number of the directive if it is of one."""

    read: Read
    code: str | None


async def reads_page(
    pool: Pool, wanted: ReadFilter, limit: int, before: int | None = None
) -> tuple[list[FoundRead], int | None]:
    """The newest reads first, those numbered below `before`; and before which number the next page begins, if there is one."""
    where = _Where(wanted, before)
    rows = await pool.fetch(
        "select r.*, d.code from reads r left join directives d on d.directive_id = r.subject"  # noqa: S608 - parts are ours, values are parameters
        f" where {where.text} order by r.read_id desc limit {limit + 1:d}",
        *where.arguments,
    )
    found = [FoundRead(read_from(row), row["code"]) for row in rows[:limit]]
    return found, found[-1].read.read_id if len(rows) > limit else None


@dataclass
class _Where:
    """The conditions of a filter as SQL with numbered parameters."""

    wanted: ReadFilter
    before: int | None
    arguments: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        wanted, parts = self.wanted, ["true"]
        for condition, value in (
            ("r.subject =", wanted.directive),
            ("r.reader =", wanted.reader),
            ("r.read_at >=", wanted.since),
            ("r.read_at <", wanted.until),
            ("r.read_id <", self.before),
        ):
            if value is not None:
                parts.append(f"{condition} {self._put(value)}")
        if wanted.scope is not None:
            units = f"{self._put(sorted(wanted.scope))}::text[]"
            parts.append(
                f"case when d.units is not null then d.units && {units}"
                f" when r.reader_unit is not null then r.reader_unit = any({units}) else {self._put(wanted.unattributed)} end"
            )
        self.text = " and ".join(parts)

    def _put(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"


def read_from(row: asyncpg.Record) -> Read:
    """A row of the table as a value."""
    return Read.model_validate({name: row[name] for name in Read.model_fields})


def line_of(read: Read) -> bytes:
    """The line that seals sum: RFC 8785 and a line feed."""
    return rfc8785(read.model_dump(mode="json")) + b"\n"


async def reads_between(source: Source, after: int, through: int) -> AsyncIterator[Read]:
    """Reads with numbers above `after` up to `through`, in order; a page of them in memory at a time."""
    while rows := await source.fetch(sql("reads_between"), after, through, PAGE):
        for row in rows:
            yield read_from(row)
        after = rows[-1]["read_id"]


async def sum_of_reads(source: Source, after: int, through: int) -> tuple[int, str]:
    """How many reads there are in a range, and the SHA-256 over their lines in hexadecimal."""
    count, told = 0, hashlib.sha256()
    async for read in reads_between(source, after, through):
        count += 1
        told.update(line_of(read))
    return count, told.hexdigest()
