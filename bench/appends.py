"""Appends a second, with read models: ours through asyncpg against pgbench running the very same statement."""

import asyncio
import os
import re
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from bench.lifecycle import BODY, LEADER
from bench.servers import Servers
from domain.commands import CommandEnvelope, IssueDirective
from domain.decider import decide
from domain.decision import Decided
from domain.events import Event
from domain.evolve import fold
from domain.facts import Facts
from domain.ids import directive_id_for, event_id_for
from domain.issuing import numbered
from embedded.postgres import binary
from storage.pool import PROGRAM_ROLE, open_pool
from storage.postgres import PostgresEventStore
from storage.queries import sql
from storage.read_models import append_arguments
from storage.reference import ReferenceCache
from storage.store import Commit, fingerprint

CONNECTIONS = 8
SECONDS = 6
_numbers = count(1)


async def facts_of(servers: Servers) -> Facts:
    """The sample district's directory and policies."""
    return (await ReferenceCache(servers.pool).current()).facts(datetime.now(UTC))


def issues(facts: Facts) -> Iterator[Commit]:
    """Commits that each issue one directive: one event, one command, one row of the list, two notices."""
    while True:
        command_id, now = uuid4(), datetime.now(UTC)
        body = {**BODY, "officer": "cv-noi-vu"}
        command = IssueDirective.model_validate(body)
        directive = directive_id_for(command_id)
        envelope = CommandEnvelope(command_id=command_id, directive_id=directive, user=LEADER, at=now, command=command)
        decision = decide(None, envelope, facts)
        if not isinstance(decision, Decided):
            raise TypeError(f"the bench's own directive is refused: {decision}")
        decision = numbered(directive, decision, {directive: f"bench/{next(_numbers)}"})
        event = Event(
            event_id=event_id_for(command_id, 0),
            directive_id=directive,
            stream_version=1,
            command_id=command_id,
            occurred_at=now,
            recorded_at=now,
            actor=decision.actor,
            data=decision.events[0],
        )
        state = fold([event])
        if state is None:
            raise TypeError("an issued directive has a state")
        yield Commit(command_id, fingerprint(envelope), (event,), state)


async def our_rate(servers: Servers, facts: Facts) -> float:
    """Appends a second over CONNECTIONS connections; making the commits is not counted, sealing and writing them is."""
    source = issues(facts)
    ready = [next(source) for _ in range(4000)]
    pool = await open_pool(servers.postgres.url, size=CONNECTIONS)
    store = PostgresEventStore(pool)
    done, limit = 0, time.perf_counter() + SECONDS

    async def writer() -> None:
        nonlocal done
        while time.perf_counter() < limit and ready:
            await store.append([ready.pop()])
            done += 1

    started = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(CONNECTIONS)))
    rate = done / (time.perf_counter() - started)
    await pool.close()
    return rate


async def pgbench_rate(servers: Servers, facts: Facts) -> float:
    """Transactions a second of pgbench with the same statement and rows of the same size, ids made by the server."""
    script = servers.data / "append.sql"
    script.write_text(_as_script(next(issues(facts))), encoding="utf-8")
    return await asyncio.to_thread(_pgbench, servers, script)


def _pgbench(servers: Servers, script: Path) -> float:
    parts = urlsplit(servers.postgres.url)
    command = [str(binary("pgbench")), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T", str(SECONDS)]
    target = ["-h", parse_qs(parts.query)["host"][0], "-U", str(parts.username), parts.path.removeprefix("/")]
    environment = {**os.environ, "PGOPTIONS": f"-c role={PROGRAM_ROLE}"}
    ran = subprocess.run(
        [*command, "-f", str(script), *target], env=environment, capture_output=True, text=True, check=True
    )
    found = re.search(r"tps = ([\d.]+)", ran.stdout)
    if found is None:
        raise RuntimeError(ran.stdout + ran.stderr)
    return float(found[1])


def _as_script(commit: Commit) -> str:
    """The append statement with its parameters written out, for pgbench."""
    statement = sql("append")
    arguments = append_arguments([commit])
    types = dict(re.findall(r"\$(\d+)::(\w+)\[\]", statement))
    for number in sorted(map(int, types), reverse=True):
        values = ", ".join(_literal(value, types[str(number)]) for value in arguments[number - 1])
        statement = statement.replace(f"${number}::{types[str(number)]}[]", f"array[{values}]::{types[str(number)]}[]")
    statement = statement.replace("$45", "null")  # decided under no particular directory
    return " ".join(line for line in statement.splitlines() if not line.startswith("--")) + ";\n"


def _literal(value: Any, kind: str) -> str:
    if value is None:
        return "null"
    if isinstance(value, UUID) or str(value).startswith("bench/"):
        return "gen_random_uuid()" + ("" if kind == "uuid" else "::text")
    if isinstance(value, bytes):
        return rf"'\x{value.hex()}'"
    text = str(value).replace("'", "''")
    # a colon before a letter would be a variable to pgbench
    return "'" + re.sub(r":(?=[A-Za-z])", ": ", text) + "'"
