"""Looking for a text everywhere it might have been left: the database's tables and Temporal's histories."""

from datetime import datetime

import asyncpg
from temporalio.client import Client


async def tables_with(url: str, text: str) -> list[str]:
    """The tables of which a row holds `text`, plainly or within bytes."""
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch(
            "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public'"
        )
        found = []
        for (name,) in names:
            rows = await connection.fetch(f"select t::text as row from {name} t")  # noqa: S608 - a name of the catalogue
            if any(text in row["row"] or text.encode().hex() in row["row"] for row in rows):
                found.append(name)
        return found
    finally:
        await connection.close()


async def workflows_with(client: Client, queue: str, since: datetime, text: str) -> list[str]:
    """The workflows started on the queue since then of which the history holds `text`."""
    found = []
    async for execution in client.list_workflows(f"TaskQueue = '{queue}' and StartTime >= '{since.isoformat()}'"):
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        history = await handle.fetch_history()
        if any(text.encode() in event.SerializeToString() for event in history.events):
            found.append(execution.id)
    return found
