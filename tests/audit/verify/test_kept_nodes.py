"""The nodes of the tree that are kept are compared on every level, and none may stand over events that are not there."""

import asyncpg
import pytest

from audit.log.nodes import keep_up
from audit.verify import positions
from audit.verify.findings import Kind
from audit.verify.record import Trust, verify_on
from storage.pool import Pool
from tests.audit.log.growing import grow
from tests.audit.superuser import as_superuser


async def kinds(database_url: str) -> set[Kind]:
    connection = await asyncpg.connect(database_url)
    async with connection.transaction():
        found = {finding.kind for finding in (await verify_on(connection, Trust())).findings}
    await connection.close()
    return found


@pytest.mark.parametrize(
    "altered",
    [
        "update merkle_nodes set hash = sha256(hash) where place = 1",
        "insert into merkle_nodes values (8, 2, sha256('x'))",
        "insert into merkle_nodes values (16, 0, sha256('x'))",
        "insert into merkle_nodes values (32, 5, sha256('x'))",
    ],
)
async def test_an_altered_or_planted_node_is_found(pool: Pool, database_url: str, altered: str) -> None:
    await grow(pool, 520)
    await keep_up(pool, 520)
    assert await kinds(database_url) == set()
    await as_superuser(database_url, altered)
    assert await kinds(database_url) == {Kind.TREE}


async def test_nodes_of_higher_levels_are_made_from_those_below(pool: Pool) -> None:
    """65,536 events are many for a test; the levels are followed on nodes alone."""
    seen = positions.PositionsSeen()
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("insert into merkle_nodes values (16, 0, sha256('x'))")
        kept = positions._Kept(connection, seen)
        for number in range(256):
            await kept.compare(8, bytes([number]) * 32)
        await kept.tell_the_rest()
    assert [finding.kind for finding in seen.findings] == [Kind.TREE]
    assert "level 16" in seen.findings[0].what
