"""A witness over HTTP: C2SP tlog-witness, a page for people, and the same for programs."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from audit.log.note import NoteRefused
from audit.witness.alarm import Alarm
from audit.witness.page import POLICY, page
from audit.witness.rules import Refused
from audit.witness.store import Overtaken
from audit.witness.submission import Submission
from audit.witness.telling import Teller
from audit.witness.witness import LogStanding, Witness

log = structlog.get_logger()

MOST_BYTES = 64 * 1024
"""Of a request's body: 63 hashes and a note with 100 signatures take less."""
BODY_SECONDS = 10.0
ALARMS_SHOWN = 50


class _BodyRefused(Exception):
    """Too long, too slow, or cut off."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def create_service(witness: Witness, teller: Teller | None = None) -> Starlette:
    """The application. Alarms that nobody could be told of before are told when it starts."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if teller:
            teller.tell()
        yield
        if teller:
            await teller.close()

    handlers = _Handlers(witness)
    routes = [
        Route("/add-checkpoint", handlers.add_checkpoint, methods=["POST"]),
        Route("/add-key", handlers.add_key, methods=["POST"]),
        Route("/status", handlers.status),
        Route("/", handlers.page),
    ]
    failures: dict[Any, Any] = {_BodyRefused: _refuse_body, sqlite3.Error: _fail, OSError: _fail, Overtaken: _fail}
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers=failures)


class _Handlers:
    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    async def add_checkpoint(self, request: Request) -> Response:
        try:
            submission = Submission.parse(await _body(request))
        except NoteRefused as error:
            return PlainTextResponse(f"{error}\n", 400)
        answer = await self._witness.submit(submission)
        return _refusal(answer) if isinstance(answer, Refused) else PlainTextResponse(str(answer))

    async def add_key(self, request: Request) -> Response:
        try:
            statement = (await _body(request)).decode()
        except UnicodeDecodeError:
            return PlainTextResponse("the body is not UTF-8\n", 400)
        refused = await self._witness.add_key(statement)
        return _refusal(refused) if refused else Response(status_code=200)

    async def status(self, _: Request) -> Response:
        logs, alarms = await self._look()
        told = {
            "witness": str(self._witness.key),
            "logs": [_told(one) for one in logs],
            "alarms": [
                {
                    "id": one.id,
                    "kind": one.kind,
                    "origin": one.origin,
                    "size": one.size,
                    "reason": one.reason,
                    "at": one.at,
                }
                | {"settled": one.settled, "note": one.note, "against": one.against}
                for one in alarms
            ],
        }
        return JSONResponse(told)

    async def page(self, _: Request) -> Response:
        logs, alarms = await self._look()
        return HTMLResponse(page(self._witness.key, logs, alarms), headers={"Content-Security-Policy": POLICY})

    async def _look(self) -> tuple[list[LogStanding], list[Alarm]]:
        return await asyncio.to_thread(lambda: (self._witness.standing(), self._witness.alarms(ALARMS_SHOWN)))


def _told(one: LogStanding) -> dict[str, object]:
    last = (
        {"size": one.last.head.size, "root": one.last.head.root.hex(), "note": str(one.last.note)} if one.last else None
    )
    at = one.cosigned_at.isoformat() if one.cosigned_at else None
    return {"origin": one.origin, "keys": [str(key) for key in one.keys], "last": last, "cosigned_at": at}


def _refusal(refused: Refused) -> Response:
    if refused.size is not None:
        # The header as the protocol has it, which the library would give a charset.
        return Response(f"{refused.size}\n", refused.status, headers={"Content-Type": "text/x.tlog.size"})
    return PlainTextResponse(f"{refused.reason}\n", refused.status)


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise _BodyRefused(413, f"a body has at most {MOST_BYTES} bytes")
    except TimeoutError as error:
        raise _BodyRefused(408, f"the body did not come within {BODY_SECONDS:.0f} s") from error
    except ClientDisconnect as error:
        raise _BodyRefused(400, "the body was cut off") from error
    return bytes(body)


async def _refuse_body(_: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, _BodyRefused) else 400
    return PlainTextResponse(f"{error}\n", status, headers={"Connection": "close"})


async def _fail(_: Request, error: Exception) -> Response:
    # The state could not be written: then nothing is signed either.
    log.error("witness.state", reason=str(error) or repr(error))
    return PlainTextResponse("the state of this witness cannot be written now\n", 503, headers={"Retry-After": "10"})
