"""Somebody with all rights on the database, whom no trigger stops."""

import asyncpg


async def as_superuser(database_url: str, *statements: str) -> None:
    """Run these statements with the triggers switched off."""
    connection = await asyncpg.connect(database_url)
    try:
        for statement in ("set session_replication_role = replica", *statements):
            await connection.execute(statement)
    finally:
        await connection.close()
