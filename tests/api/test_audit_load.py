"""What is much work at the auditor's desk the API leaves to other processes, and ends where nobody waits for it any more."""

import asyncio
import time

import psutil
import pytest

from api import auditing
from audit.verify.record import Trust, verify
from storage.pool import Pool
from storage.read_seals import seal_reads
from tests.audit.superuser import as_superuser
from tests.support.eventually import eventually
from tests.support.office import Office

READ = """insert into reads (read_at, reader, door, kind, detail)
          select now() - interval '1 day', 'pct', 'api', 'feed', number from generate_series(1, 10000) number"""


async def test_a_verification_that_takes_too_long_is_ended_before_the_next_one(
    running_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = await running_office.as_("kiem-tra")
    with monkeypatch.context() as hurried:
        hurried.setattr(auditing, "VERIFY_SECONDS", 0.3)
        answer = await auditor.get("/audit/verify")
    assert (answer.status_code, answer.json()["code"]) == (503, "verification_too_long")

    async def none_left() -> bool:
        return not await _anything_works()

    await eventually(none_left)
    answer = await auditor.get("/audit/verify")
    assert answer.json()["sound"], answer.text


async def test_a_verification_leaves_the_api_its_processor(
    running_office: Office, pool: Pool, database_url: str
) -> None:
    await as_superuser(database_url, READ)
    await seal_reads(pool)
    auditor = await running_office.as_("kiem-tra")
    before = time.thread_time()
    answer = await auditor.get("/audit/verify")
    took = time.thread_time() - before
    assert answer.json()["sound"], answer.text
    before = time.thread_time()
    assert (await verify(database_url, Trust())).sound
    itself = time.thread_time() - before
    assert took < itself / 2, "of what it costs to do it in the thread in which the API answers"


async def test_the_state_of_all_is_made_elsewhere_too(running_office: Office) -> None:
    await running_office.issue()
    auditor = await running_office.as_("kiem-tra")
    assert not await _anything_works()
    asked = asyncio.create_task(auditor.get("/audit/state"))
    await eventually(_anything_works, every=0.01)
    assert (await asked).json()["total"] == 1


async def _anything_works() -> bool:
    return any(_works(one) for one in psutil.Process().children(recursive=True))


def _works(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:
        return False
