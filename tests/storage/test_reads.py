"""Notes of reads: one a minute for the same opening, added and never changed, closed in ranges and sealed by an event."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from domain.event_values import SYSTEM, Actor
from domain.reading import Door, Opened, Read, ReadsSealed
from domain.registries import Registry
from storage import reads
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.queries import sql
from storage.read_seals import seal_reads
from storage.reads import ReadFilter, note_read, reads_page, sum_of_reads
from storage.registries import history
from tests.storage.commits import begun
from tests.support.eventually import eventually

AUDITOR = Actor(user="kiem-tra", name="Kiểm tra", unit="UBQ", role="auditor", over="UBQ")
HEAD = Actor(user="tp-nv", name="Trưởng phòng", unit="NV", role="unit_head", over="NV", on_behalf_of="pct")
LOGIN = Actor(user="console", name="quantri")
AT_ONCE = timedelta(0)
ARGUMENTS = ("a", None, None, None, None, "api", "directive", None, None, "")


@pytest.fixture
def _few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "PAGE", 2)


async def look(pool: Pool, subject: UUID | None = None, by: Actor = AUDITOR, kind: Opened = Opened.DIRECTIVE) -> None:
    await note_read(pool, by, Door.API, kind, subject=subject, version=1)


async def found(pool: Pool, wanted: ReadFilter = ReadFilter()) -> list[Read]:  # noqa: B008 - it is frozen
    return [one.read for one in (await reads_page(pool, wanted, 100))[0]]


async def test_a_note_says_who_in_which_right_what_and_when(pool: Pool) -> None:
    subject, before = uuid4(), datetime.now(UTC)
    await note_read(pool, HEAD, Door.CONSOLE, Opened.FILE, subject=subject, version=4, detail="ab" * 32)
    (read,) = await found(pool)
    assert before - timedelta(seconds=5) < read.read_at < datetime.now(UTC) + timedelta(seconds=5)
    assert read.model_dump(exclude={"read_id", "read_at"}) == {
        "reader": "tp-nv",
        "reader_unit": "NV",
        "role": "unit_head",
        "role_over": "NV",
        "on_behalf_of": "pct",
        "door": "console",
        "kind": "file",
        "subject": subject,
        "version": 4,
        "detail": "ab" * 32,
    }


async def test_the_same_within_a_minute_is_one_note(pool: Pool) -> None:
    for _ in range(5):
        await look(pool, None)
    noted = await found(pool)
    minutes = {read.read_at.replace(second=0, microsecond=0) for read in noted}
    assert len(noted) == len(minutes) <= 2


async def test_whatever_differs_is_a_note_of_its_own(pool: Pool) -> None:
    one, other = uuid4(), uuid4()
    plain = {"subject": one, "version": 1, "detail": ""}
    for reader, door, kind, changes in (
        (AUDITOR, Door.API, Opened.DIRECTIVE, {}),
        (HEAD, Door.API, Opened.DIRECTIVE, {}),
        (HEAD.model_copy(update={"on_behalf_of": None}), Door.API, Opened.DIRECTIVE, {}),
        (AUDITOR, Door.CONSOLE, Opened.DIRECTIVE, {}),
        (AUDITOR, Door.API, Opened.EVENTS, {}),
        (AUDITOR, Door.API, Opened.DIRECTIVE, {"subject": other}),
        (AUDITOR, Door.API, Opened.DIRECTIVE, {"subject": None}),
        (AUDITOR, Door.API, Opened.DIRECTIVE, {"version": 2}),
        (AUDITOR, Door.API, Opened.DIRECTIVE, {"version": None}),
        (AUDITOR, Door.API, Opened.DIRECTIVE, {"detail": "x"}),
    ):
        await note_read(pool, reader, door, kind, **{**plain, **changes})  # type: ignore[arg-type]
    assert len(await found(pool)) == 10


async def test_a_note_does_not_wait_for_the_disk_and_nothing_else_changes(pool: Pool) -> None:
    async with pool.acquire() as connection:
        async with connection.transaction():
            await connection.execute(sql("note_read"), *ARGUMENTS)
            assert await connection.fetchval("show synchronous_commit") == "off"
        assert await connection.fetchval("show synchronous_commit") == "on"


@pytest.mark.parametrize(
    "forged",
    [
        "insert into reads (read_id, reader, door, kind) overriding system value values (7, 'a', 'api', 'x')",
        "insert into reads (read_at, reader, door, kind) values ('2020-01-01T00:00:00Z', 'a', 'api', 'x')",
    ],
)
async def test_a_program_cannot_choose_number_or_time(pool: Pool, forged: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(forged)


async def test_they_are_looked_up_by_directive_reader_time_and_page_by_page(
    pool: Pool, record: PostgresEventStore
) -> None:
    first, second = begun(code="2026/0001"), begun(code="2026/0002")
    await record.append([first, second])
    for commit in (first, second):
        for by in (AUDITOR, HEAD):
            await look(pool, commit.directive_id, by)
    await look(pool, None, LOGIN, Opened.EXPORT)
    codes = [one.code for one in (await reads_page(pool, ReadFilter(), 10))[0]]
    assert codes == [None, "2026/0002", "2026/0002", "2026/0001", "2026/0001"]
    assert {read.reader for read in await found(pool, ReadFilter(directive=first.directive_id))} == {
        "kiem-tra",
        "tp-nv",
    }
    assert {read.subject for read in await found(pool, ReadFilter(reader="tp-nv"))} == {
        first.directive_id,
        second.directive_id,
    }
    middle = (await found(pool))[2].read_at
    assert len(await found(pool, ReadFilter(since=middle))) == 3
    assert len(await found(pool, ReadFilter(until=middle))) == 2
    paged, before = [], None
    while True:
        page, before = await reads_page(pool, ReadFilter(), 2, before)
        paged += [one.read for one in page]
        if before is None:
            break
    assert paged == await found(pool)


async def test_a_scope_is_that_of_the_directives_and_else_of_the_readers(
    pool: Pool, record: PostgresEventStore
) -> None:
    theirs = begun(lead_unit="TNMT", coordinating_units=(), informed_units=())
    await record.append([theirs])
    await look(pool, theirs.directive_id, HEAD)
    await look(pool, None, HEAD, Opened.EXPORT)
    await look(pool, None, LOGIN, Opened.EXPORT)

    async def seen(scope: str, unattributed: bool) -> list[tuple[str, bool]]:
        wanted = ReadFilter(scope=frozenset({scope}), unattributed=unattributed)
        return [(read.reader, read.subject is not None) for read in reversed(await found(pool, wanted))]

    assert await seen("TNMT", False) == [("tp-nv", True)]
    assert await seen("NV", False) == [("tp-nv", False)]
    assert await seen("P-B", True) == [("console", False)]


@pytest.mark.usefixtures("_few_at_a_time")
async def test_a_seal_counts_and_sums_all_that_is_there_and_the_next_begins_behind_it(pool: Pool) -> None:
    assert await seal_reads(pool, older=AT_ONCE) is None
    for _ in range(5):
        await look(pool, uuid4())
    first = await seal_reads(pool, older=AT_ONCE)
    assert first is not None
    newest = (await found(pool))[0].read_id
    assert (first.after, first.through, first.count) == (0, newest, 5)
    assert (first.count, first.sha256) == await sum_of_reads(pool, 0, newest)
    assert await seal_reads(pool, older=AT_ONCE) is None
    await look(pool, uuid4())
    second = await seal_reads(pool, older=AT_ONCE)
    assert second is not None
    assert (second.after, second.count) == (first.through, 1)
    entered = [event for _, event in await history(pool, Registry.READS)]
    assert [event.data for event in entered] == [first, second]
    assert {event.actor for event in entered} == {SYSTEM}


async def test_nothing_is_sealed_before_the_oldest_is_an_hour_old(pool: Pool) -> None:
    await look(pool)
    assert await seal_reads(pool) is None
    assert await history(pool, Registry.READS) == []


async def test_two_workers_at_once_enter_one_seal(pool: Pool) -> None:
    await look(pool)
    seals = await asyncio.gather(*(seal_reads(pool, older=AT_ONCE) for _ in range(4)))
    assert [type(seal) for seal in seals if seal is not None] == [ReadsSealed]
    assert len(await history(pool, Registry.READS)) == 1


async def test_a_seal_waits_for_notes_under_way_and_later_ones_come_behind_it(pool: Pool) -> None:
    """Otherwise a note with a number in the sealed range could still appear, and look like a forgery."""
    await look(pool)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(sql("note_read"), *ARGUMENTS)  # has its number, is not committed
        await look(pool, uuid4())  # the next number, committed first
        sealing = asyncio.create_task(seal_reads(pool, older=AT_ONCE))

        async def waits() -> bool:
            query = """select count(*) from pg_locks l join pg_database d on d.oid = l.database
                       where l.locktype = 'advisory' and not l.granted and d.datname = current_database()"""
            return bool(await pool.fetchval(query))

        await eventually(waits)
        assert not sealing.done()
    seal = await sealing
    assert seal is not None
    assert seal.count == 3
    await look(pool, uuid4())
    assert (await found(pool))[0].read_id > seal.through
    assert (await sum_of_reads(pool, seal.after, seal.through))[1] == seal.sha256
