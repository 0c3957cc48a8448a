"""A witness served on loopback for a test, and what a log does with it."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from audit.log.checkpoint import Checkpoint, cosigned_at
from audit.log.note import Signature, VerifyingKey
from audit.witness.service import create_service
from audit.witness.store import Store
from audit.witness.submission import Submission
from audit.witness.telling import Listener, Teller
from audit.witness.witness import Witness


@asynccontextmanager
async def listening(application: Starlette, port: int = 0) -> AsyncIterator[str]:
    """The application on a port of its own; its address."""
    with socket.create_server(("127.0.0.1", port)) as held:
        config = uvicorn.Config(application, log_config=None, access_log=False, timeout_graceful_shutdown=2)
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        # Without its main loop, which takes a tenth of a second to notice that it should end, and without its signals.
        await server.startup(sockets=[held])
        try:
            yield f"http://127.0.0.1:{held.getsockname()[1]}"
        finally:
            await server.shutdown(sockets=[held])


@dataclass
class Served:
    """A witness that answers, and a client of it."""

    url: str
    key: VerifyingKey
    store: Store
    client: httpx.AsyncClient

    async def give(self, submission: Submission | bytes | str) -> httpx.Response:
        body = submission if isinstance(submission, bytes) else str(submission).encode()
        return await self.client.post("/add-checkpoint", content=body)

    async def cosigns(self, submission: Submission) -> Checkpoint:
        """The checkpoint with the cosignature that the witness gives, which holds."""
        answer = await self.give(submission)
        assert answer.status_code == 200, answer.text
        signature = Signature.parse(answer.text.removesuffix("\n"))
        cosigned_at(submission.checkpoint.note.text, signature, self.key)
        return submission.checkpoint.cosigned([signature])

    async def refuses(self, submission: Submission) -> tuple[int, str]:
        answer = await self.give(submission)
        return answer.status_code, answer.text

    async def status(self) -> dict[str, Any]:
        told: dict[str, Any] = (await self.client.get("/status")).json()
        return told

    async def alarms(self) -> list[tuple[str, int, bool]]:
        """Kind, size, and whether it is settled, newest first."""
        return [(one["kind"], one["size"], one["settled"]) for one in (await self.status())["alarms"]]


@asynccontextmanager
async def witness(
    state: Path, trusted: Sequence[VerifyingKey], listener: Listener | None = None, port: int = 0
) -> AsyncIterator[Served]:
    """A witness with its state in this folder."""
    store = Store(state)
    teller = Teller(listener, store, first_wait=0.01) if listener else None
    watching = Witness(store, trusted, teller.tell if teller else None)
    try:
        async with (
            listening(create_service(watching, teller), port) as url,
            httpx.AsyncClient(base_url=url) as client,
        ):
            yield Served(url, watching.key, store, client)
    finally:
        store.close()
