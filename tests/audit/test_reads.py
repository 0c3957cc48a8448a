"""Reads behind a seal cannot be removed, changed or added without being found; what is clean is never blamed."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from audit.reads import verify_reads
from domain.event_values import SYSTEM, Actor
from domain.reading import Door, Opened, ReadsSealed
from domain.registries import Registry
from storage.pool import Pool
from storage.read_seals import seal_reads
from storage.reads import note_read, sum_of_reads
from storage.registries import enter

REMOVED = "; delete from reads where read_id = {last}"
ADDED = "insert into reads (read_id, reader, door, kind) overriding system value values "
READER = Actor(user="kiem-tra", name="Kiểm tra", unit="UBQ", role="auditor", over="UBQ")


@dataclass(frozen=True)
class Sealed:
    """The second of two seals, and a number in its range that no read has."""

    seal: ReadsSealed
    left_out: int


async def some_reads(pool: Pool, count: int) -> None:
    for _ in range(count):
        await note_read(pool, READER, Door.API, Opened.DIRECTIVE, subject=uuid4(), version=1)


@pytest.fixture
async def superuser(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The owner, for whom no trigger holds."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("set session_replication_role = replica")
    yield connection
    await connection.close()


@pytest.fixture
async def sealed(pool: Pool, superuser: asyncpg.Connection) -> Sealed:
    """Two seals over three reads each, and two reads that are not sealed yet."""
    await some_reads(pool, 3)
    await seal_reads(pool, older=timedelta(0))
    await some_reads(pool, 1)
    left_out = await superuser.fetchval("select nextval(pg_get_serial_sequence('reads', 'read_id'))")
    await some_reads(pool, 2)
    seal = await seal_reads(pool, older=timedelta(0))
    await some_reads(pool, 2)
    assert seal is not None
    return Sealed(seal, left_out)


async def test_reads_as_they_were_noted_have_no_fault(pool: Pool, sealed: Sealed) -> None:
    assert await verify_reads(pool) == []


async def test_a_connection_in_a_snapshot_will_do(pool: Pool, sealed: Sealed) -> None:
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        assert await verify_reads(connection) == []


async def test_a_record_without_reads_has_no_fault(pool: Pool) -> None:
    assert await verify_reads(pool) == []


@pytest.mark.parametrize(
    ("tampering", "codes"),
    [
        ("delete from reads where read_id = {last}", ["reads_missing"]),
        ("truncate reads", ["reads_missing", "reads_missing"]),
        ("update reads set reader = 'pct' where read_id = {last}", ["reads_changed"]),
        ("update reads set read_at = read_at + interval '1 microsecond' where read_id = {last}", ["reads_changed"]),
        ("update reads set read_at = '1900-01-01' where read_id = {last}", ["reads_changed"]),
        ("update reads set detail = 'x' where read_id = {last}", ["reads_changed"]),
        ("update reads set on_behalf_of = 'pct' where read_id = {last}", ["reads_changed"]),
        (ADDED + "(0, 'a', 'api', 'file')", ["reads_added"]),
        (ADDED + "({left_out}, 'a', 'api', 'file')", ["reads_added"]),
        (ADDED + "({left_out}, 'a', 'api', 'file')" + REMOVED, ["reads_changed"]),
    ],
)
async def test_what_a_superuser_changes_behind_a_seal_is_found(
    pool: Pool, sealed: Sealed, superuser: asyncpg.Connection, tampering: str, codes: list[str]
) -> None:
    await superuser.execute(tampering.format(last=sealed.seal.through, left_out=sealed.left_out))
    faults = await verify_reads(pool)
    assert [fault.code for fault in faults] == codes
    assert faults[-1].position == (1 if "(0," in tampering else 2)


async def test_a_read_that_is_not_sealed_yet_is_not_covered(
    pool: Pool, sealed: Sealed, superuser: asyncpg.Connection
) -> None:
    await superuser.execute("delete from reads where read_id > $1", sealed.seal.through)
    assert await verify_reads(pool) == []


@pytest.mark.parametrize("shift", [-1, 1])
async def test_seals_that_leave_a_gap_or_overlap_are_found(pool: Pool, sealed: Sealed, shift: int) -> None:
    after, through = sealed.seal.through + shift, sealed.seal.through + 2
    count, sha256 = await sum_of_reads(pool, after, through)
    seal = ReadsSealed(after=after, through=through, count=count, sha256=sha256)
    async with pool.acquire() as connection, connection.transaction():
        await enter(connection, Registry.READS, [(uuid4(), seal)], SYSTEM)
    assert [(fault.code, fault.position) for fault in await verify_reads(pool)] == [("seals_not_joined", 3)]


async def test_a_seal_that_cannot_be_read_is_named(pool: Pool, sealed: Sealed, superuser: asyncpg.Connection) -> None:
    await superuser.execute("update events set canonical = '{}' where global_position = 1")
    assert [(fault.code, fault.position) for fault in await verify_reads(pool)] == [
        ("seal_unreadable", 1),
        ("seals_not_joined", 2),
    ]


async def test_the_sum_is_over_the_lines_as_anyone_can_write_them(pool: Pool, sealed: Sealed) -> None:
    """Without our own code: what an outsider must do to check a seal."""
    rows = await pool.fetch(
        "select * from reads where read_id > $1 and read_id <= $2", sealed.seal.after, sealed.seal.through
    )
    lines = []
    for row in sorted(rows, key=lambda row: int(row["read_id"])):
        fields = dict(row) | {
            "read_at": row["read_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "subject": str(row["subject"]),
        }
        lines.append(json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n")
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == sealed.seal.sha256
    assert len(lines) == sealed.seal.count
