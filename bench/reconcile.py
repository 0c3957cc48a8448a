"""`make bench-reconcile`: how long the comparison of many directives with their histories takes, on servers of its own.

The directives are issued as documents, each gets its execution, and each is given three commands by one worker process.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from temporalio.client import Client

from api.gateway import CommandGateway
from audit.reconcile.reader import Histories
from audit.reconcile.reconciling import Reconciler
from bench.machine import description
from bench.servers import program
from console.demo import DISTRICT, load_district
from domain.commands import Command, CommandEnvelope, Comment, Deadline, IssueDirective
from domain.ids import directive_id_for, part_command_id
from embedded import temporal
from embedded.postgres import embedded_postgres_at
from embedded.prepare import prepare
from storage.pool import Pool, open_pool
from storage.reference import ReferenceCache
from workflows.converter import DATA_CONVERTER

QUEUE = "bench"
IN_ONE_DOCUMENT, COMMANDS, AT_ONCE = 100, 3, 16


def main() -> None:
    """Measure and print; exit 1 when anything differs, which nothing should."""
    parser = argparse.ArgumentParser(prog="make bench-reconcile", description=main.__doc__)
    parser.add_argument("--directives", type=int, default=1000, help="directives to compare (default 1000)")
    figures = asyncio.run(_measure(parser.parse_args().directives))
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    sys.exit(1 if figures["differences"] else 0)


async def _measure(count: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder, embedded_postgres_at(Path(folder)) as postgres:
        await prepare(postgres, lambda _: None)
        port = temporal.free_port()
        engine = temporal.start(Path(folder), port)
        try:
            await temporal.wait_ready(port)
            address = f"127.0.0.1:{port}"
            pool = await open_pool(postgres.url, size=8)
            await load_district(pool, DISTRICT)
            client = await Client.connect(address, data_converter=DATA_CONVERTER)
            environment = {"DONDOC_DATABASE_URL": postgres.url, "TEMPORAL_ADDRESS": address, "DONDOC_TASK_QUEUE": QUEUE}
            with program(Path(folder), "worker", [sys.executable, "worker.py"], **environment):
                directives = await _worked_on(pool, client, count)
            return await _compared(pool, client, directives)
        finally:
            engine.terminate()
            engine.wait()


async def _worked_on(pool: Pool, client: Client, count: int) -> list[UUID]:
    directory = (await ReferenceCache(pool).current()).directory
    leader = next(p for p in directory.people.values() if any(grant.role == "leader" for grant in p.roles))
    unit = next(u for u in directory.units.values() if u.kind == "department")
    order = IssueDirective(
        title="Rà soát hồ sơ",
        content="Rà soát hồ sơ quá hạn.",
        lead_unit=unit.code,
        deadline=Deadline(working_days=20),
        expected_result="Báo cáo",
    )
    gateway = CommandGateway(client, queue=QUEUE, seconds=120)
    directives: list[UUID] = []
    for _ in range(0, count, IN_ONE_DOCUMENT):
        document = uuid4()
        parts = [part_command_id(document, n) for n in range(min(IN_ONE_DOCUMENT, count - len(directives)))]
        envelopes = tuple(_envelope(order, directive_id_for(part), leader.username, part) for part in parts)
        answer = await gateway.submit_many(document, envelopes)
        assert not answer.refusals, answer.refusals
        directives += [envelope.directive_id for envelope in envelopes]
    turns = asyncio.Semaphore(AT_ONCE)

    async def comment(directive_id: UUID) -> None:
        async with turns:
            for n in range(COMMANDS):
                await gateway.submit(_envelope(Comment(text=f"Ý kiến {n}"), directive_id, leader.username, uuid4()))

    await asyncio.gather(*map(comment, directives))
    return directives


def _envelope(command: Command, directive_id: UUID, user: str, command_id: UUID) -> CommandEnvelope:
    return CommandEnvelope(
        command_id=command_id, directive_id=directive_id, user=user, at=datetime.now(UTC), command=command
    )


async def _compared(pool: Pool, client: Client, directives: list[UUID]) -> dict[str, object]:
    began = time.monotonic()
    report = await Reconciler(pool, Histories(client, QUEUE)).reconcile(directives)
    seconds = time.monotonic() - began
    await pool.close()
    return {
        "directives": report.directives,
        "runs": report.runs,
        "events": report.events,
        "seconds": round(seconds, 2),
        "directives_per_second": round(report.directives / seconds, 1),
        "differences": len(report.differences),
        "machine": description(),
    }


if __name__ == "__main__":
    main()
