"""A verification whose processes fail ends with one reason, and nothing is heard of the other parts."""

import asyncio
import gc
from typing import Any

import asyncpg
import pytest

from audit.verify import record
from audit.verify.record import Trust, verify
from storage.pool import Pool


async def test_of_many_parts_that_fail_one_is_told(
    pool: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "SMALL", -1)
    monkeypatch.setattr(record, "_streams_part", _fails)
    unheard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
    with pytest.raises(asyncpg.PostgresError, match="gone"):
        await verify(database_url, Trust())
    await asyncio.sleep(0)
    gc.collect()
    assert unheard == []


def _fails(*_: object) -> None:
    raise asyncpg.PostgresError("the record is gone")
