"""How long one command takes when nothing else happens: through HTTP, and a bare update beside it."""

import time
from datetime import timedelta
from uuid import uuid4

from temporalio.client import Client

from bench import bare
from bench.lifecycle import BODY, HEAD, LEADER, post, session
from bench.servers import Servers
from domain.directory import UnitKind
from storage.reference import ReferenceCache
from storage.tokens import make_token
from workflows.converter import DATA_CONVERTER

LIVES = 60


async def idle(servers: Servers) -> tuple[list[float], list[float]]:
    """Milliseconds of commands through HTTP and of bare updates, taken in turns, one at a time."""
    client = await Client.connect(servers.temporal_address, data_converter=DATA_CONVERTER)
    tokens = {user: await make_token(servers.pool, user, "bench", lasts=timedelta(days=1)) for user in (LEADER, HEAD)}
    commands: list[float] = []
    updates: list[float] = []
    async with session(servers.api_url) as http:
        for _ in range(LIVES):
            directive = (await post(http, "/directives", tokens[LEADER], BODY))["id"]
            for user, command, body in (
                (HEAD, "acknowledge", {}),
                (HEAD, "report-progress", {"percent": 50}),
                (HEAD, "report-completion", {"result": "Đã ban hành"}),
                (LEADER, "accept", {}),
            ):
                started = time.perf_counter()
                await post(http, f"/directives/{directive}/{command}", tokens[user], body)
                commands.append((time.perf_counter() - started) * 1000)
            handle = await client.start_workflow("Bare", id=str(uuid4()), task_queue=bare.QUEUE)
            for _ in range(3):
                started = time.perf_counter()
                await handle.execute_update("step")
                updates.append((time.perf_counter() - started) * 1000)
    return commands, updates


async def delegations(servers: Servers, times: int = 10) -> list[float]:
    """Seconds until one call has delegated a directive to fourteen wards, answer included."""
    units = (await ReferenceCache(servers.pool).current()).directory.units.values()
    wards = [unit.code for unit in units if unit.kind is UnitKind.WARD][:14]
    token = await make_token(servers.pool, LEADER, "bench", lasts=timedelta(days=1))
    taken: list[float] = []
    async with session(servers.api_url) as http:
        for _ in range(times):
            directive = (await post(http, "/directives", token, BODY))["id"]
            started = time.perf_counter()
            state = await post(http, f"/directives/{directive}/delegate", token, {"units": wards})
            taken.append(time.perf_counter() - started)
            if len(state["children"]) != 14:
                raise ValueError(f"{len(state['children'])} sub-directives in place of fourteen")
    return taken


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
