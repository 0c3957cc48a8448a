"""Time stamps are verified again with the record: each is of its checkpoint, by an authority that is known."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from audit.verify.findings import Finding, Kind
from audit.verify.record import Trust, Verdict, verify_on
from storage.log import StoredCheckpoint, put_copy
from storage.pool import Pool
from tests.audit.places.authority import Authority
from tests.audit.places.records import KEY, grown

PLACE = "tsa+https://tsa.example"
TRUST = Trust(keys=[KEY.verifying])
AGE = timedelta(days=400)
AUTHORITY = Authority(age=AGE)
KNOWN = Trust(keys=TRUST.keys, authorities=[Authority().root, AUTHORITY.root])


@pytest.fixture
async def stamped(pool: Pool) -> list[StoredCheckpoint]:
    """Two checkpoints with their stamps, of more than a year ago; and other places, which stamp nothing."""
    made = [await grown(pool, events) for events in (3, 2)]
    for one in made:
        await put_copy(pool, one.size, PLACE, AUTHORITY.receipt(one.note))
        await put_copy(pool, one.size, "https://noi-khac.example", "đã nhận")
        await put_copy(pool, one.size, "/mnt/ngoai")
    return made


@pytest.fixture
async def superuser(database_url: str, stamped: object) -> AsyncIterator[Any]:
    """A connection that no trigger stops, inside a transaction, after what is stamped."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("set session_replication_role = replica")
    async with connection.transaction():
        yield connection
    await connection.close()


async def stamps_found(connection: Any, trust: Trust) -> list[Finding]:
    return [one for one in (await verify_on(connection, trust)).findings if one.kind is Kind.TIME_STAMP]


async def replaced(connection: Any, size: int, receipt: str | None) -> None:
    await connection.execute(
        "update checkpoint_copies set receipt = $2 where size = $1 and place = $3", size, receipt, PLACE
    )


def sound(verdict: Verdict) -> Verdict:
    assert verdict.sound, verdict.findings
    return verdict


async def test_stamps_hold_after_their_certificates_have_run_out(
    superuser: Any, stamped: list[StoredCheckpoint]
) -> None:
    seen = sound(await verify_on(superuser, KNOWN)).stamps
    assert (seen.held, seen.unchecked, seen.up_to) == (2, 0, stamped[-1].size)
    assert seen.at is not None
    assert abs(datetime.now(UTC) - AGE - seen.at) < timedelta(minutes=5)
    seen = sound(await verify_on(superuser, TRUST)).stamps
    assert (seen.held, seen.unchecked, seen.up_to, seen.at) == (0, 2, 0, None), "nobody said who stamps"


@pytest.mark.parametrize("trust", [KNOWN, TRUST], ids=["known", "unknown"])
async def test_a_stamp_of_something_else_is_found(
    superuser: Any, stamped: list[StoredCheckpoint], trust: Trust
) -> None:
    first, last = stamped
    await replaced(superuser, first.size, AUTHORITY.receipt(last.note))
    [finding] = await stamps_found(superuser, trust)
    assert (finding.position, finding.what.startswith(f"{PLACE}: the time stamp does not hold")) == (first.size, True)
    for receipt in (None, "", "không", base64.b64encode(b"khong").decode()):
        await replaced(superuser, first.size, receipt)
        assert [one.position for one in await stamps_found(superuser, trust)] == [first.size], receipt
    await replaced(superuser, first.size, AUTHORITY.receipt(first.note))
    assert await stamps_found(superuser, trust) == []
    await superuser.execute("update checkpoints set note = replace(note, $1, $2)", f"\n{last.size}\n", "\n999\n")
    assert [one.position for one in await stamps_found(superuser, trust)] == [last.size], "the note was changed instead"
    await superuser.execute("delete from checkpoints where size = $1", last.size)
    assert "the checkpoint is gone" in (await stamps_found(superuser, trust))[0].what


async def test_a_stamp_by_somebody_else_is_found_by_who_knows_the_authority(
    superuser: Any, stamped: list[StoredCheckpoint]
) -> None:
    """Anybody can call himself an authority and put the clock back."""
    first, last = stamped
    await replaced(superuser, first.size, Authority(age=timedelta(days=4000)).receipt(first.note))
    genuine = bytearray(base64.b64decode(AUTHORITY.receipt(last.note)))
    genuine[-1] ^= 1  # the last byte of the signature
    await replaced(superuser, last.size, base64.b64encode(genuine).decode())
    assert [one.position for one in await stamps_found(superuser, KNOWN)] == [first.size, last.size]
    assert await stamps_found(superuser, TRUST) == []
    assert (await verify_on(superuser, TRUST)).stamps.unchecked == 2
