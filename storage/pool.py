"""Connections to PostgreSQL as the programs use them: bounded waits, and the role that can only add to the record."""

import asyncio
from typing import Any, TypeAlias

import asyncpg

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"  # generic in its stubs only

PROGRAM_ROLE = "dondoc_program"
"""Every program connection takes this role, whatever login it came with: it may read and insert events, nothing more."""

ACQUIRE_SECONDS = 5.0
COMMAND_SECONDS = 10.0

UNAVAILABLE = (
    OSError,  # TimeoutError is one
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection cut in the middle of an answer
    asyncpg.ReadOnlySQLTransactionError,  # the server we knew has become a standby
    asyncpg.OperatorInterventionError,  # starting, stopping, a statement cut off
    asyncpg.InsufficientResourcesError,  # connections, memory, disk
)
"""What asyncpg raises when the server is away, starting, stopping, full or too slow: worth another try later."""


class _Connection(asyncpg.Connection):
    def get_reset_query(self) -> str:
        # Pooled connections set nothing in their session (LISTEN has one of its own), so the round trip that
        # clears a session at each release would clear nothing.
        return ""


class _BoundedPool(asyncpg.Pool):
    def acquire(self, *, timeout: float | None = ACQUIRE_SECONDS) -> Any:
        # asyncpg's own default waits for ever.
        return super().acquire(timeout=timeout)


async def open_pool(url: str, *, size: int = 8, program: str = "dondoc") -> Pool:
    """A pool of at most `size` connections. Nothing connects before it is used, so the server may come up later."""
    return await _BoundedPool(
        url,
        min_size=0,
        max_size=size,
        max_queries=1_000_000,
        max_inactive_connection_lifetime=300.0,
        loop=asyncio.get_running_loop(),
        connection_class=_Connection,
        record_class=asyncpg.Record,
        command_timeout=COMMAND_SECONDS,
        timeout=ACQUIRE_SECONDS,
        server_settings={"application_name": program, "role": PROGRAM_ROLE},
    )
