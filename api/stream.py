"""GET /stream: server-sent events; the id is the global position, so a client that reconnects misses nothing."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from json import dumps
from time import monotonic
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Header, Query
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.auth import Caller, SignedIn, still_signed_in
from api.broadcast import Broadcaster
from api.problems import Problem
from api.reading import note
from api.services import services_of
from api.views import event_view
from domain.reading import Opened
from domain.validity import DatedDirectory
from storage.pool import UNAVAILABLE
from storage.postgres import events_after_for_units
from storage.queries import sql
from storage.store import RecordedEvent
from telemetry import STREAMS

router = APIRouter()

HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 30.0
"""So often an open stream looks whether its caller is still signed in, and what they may see now."""
STREAMS_PER_USER = 20
BATCH = 500

Teller: TypeAlias = Callable[[RecordedEvent, DatedDirectory], bytes]
"""Writes an event as a server-sent event, its position as the id."""


class _Stream(StreamingResponse):
    """Holds its place among its user's streams for as long as it is open."""

    def __init__(self, events: AsyncIterator[bytes], broadcaster: Broadcaster, counts: Counter[str], user: str) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, media_type="text/event-stream", headers=headers)
        self._broadcaster, self._counts, self._user = broadcaster, counts, user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._counts[self._user] += 1
        try:
            with self._broadcaster.watching():
                await super().__call__(scope, receive, send)
        finally:
            self._counts[self._user] -= 1


@router.get("/stream", response_class=StreamingResponse, summary="Sự kiện mới (server-sent events)")
async def stream(
    request: Request,
    caller: SignedIn,
    last_event_id: Annotated[str | None, Header(description="Vị trí cuối đã nhận · the last position received")] = None,
    after: Annotated[str | None, Query(description="Thay cho Last-Event-ID · in its place")] = None,
) -> StreamingResponse:
    """All events the caller may see, from Last-Event-ID (or `after`) on, else from now on."""
    refuse_too_many_streams(request, caller)
    await note(services_of(request), caller, Opened.FEED)
    return await open_stream(request, caller, last_event_id or after, _sse)


async def open_stream(request: Request, caller: Caller, after: str | None, tell: Teller) -> StreamingResponse:
    """All events the caller may see after the position `after`, else from now on, each as `tell` writes it.

    Problem: 422 for what is no position, 429 when the caller has too many streams open.
    """
    services = services_of(request)
    position = _asked_position(after)
    if position is None:
        position = int(await services.pool.fetchval(sql("head_position")))  # memory may lag a moment behind
    counts: Counter[str] = request.app.state.streams
    refuse_too_many_streams(request, caller)  # from here to the count nothing is waited for
    STREAMS.inc()
    return _Stream(_events(request, caller, position, tell), services.broadcaster, counts, caller.person.username)


def refuse_too_many_streams(request: Request, caller: Caller) -> None:
    """429 when the caller has as many streams open as one person may have."""
    counts: Counter[str] = request.app.state.streams
    if counts[caller.person.username] >= STREAMS_PER_USER:
        raise Problem(429, "too_many_streams", headers={"Retry-After": "30"})


def _asked_position(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        reason = ("phải là vị trí của một sự kiện", "must be the position of an event")
        raise Problem(422, "invalid_parameter", field="Last-Event-ID", reason=reason)
    return int(value)


async def _events(request: Request, caller: Caller, position: int, tell: Teller) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    services = services_of(request)
    broadcaster = services.broadcaster
    checked = monotonic()
    while True:
        if monotonic() - checked > RECHECK_SECONDS:
            checked = monotonic()
            try:
                caller = await still_signed_in(request)
            except Problem:
                return
            except UNAVAILABLE:
                pass  # nothing comes from a record that is away
        recent = broadcaster.since(position)
        if recent is None:
            # Further back than memory reaches: read the record in pages, holding no connection in between. What is at or
            # before `seen` was committed before the query, so a short page leaves nothing out up to there.
            seen = broadcaster.position or 0
            try:
                older = await events_after_for_units(services.pool, caller.visible, position, BATCH)
            except UNAVAILABLE:
                return  # the client reconnects with its last id
            for recorded in older:
                yield tell(recorded, caller.dated)
            position = older[-1].global_position if len(older) == BATCH else max(position, seen)
            continue
        for item in recent:
            if caller.may_see(item.units):
                yield tell(item.recorded, caller.dated)
            position = item.recorded.global_position
        if not await broadcaster.wait_after(position, HEARTBEAT_SECONDS):
            yield b": still here\n\n"


_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""No line ends to the standard (WHATWG HTML, section 9.2), but to many a client; within JSON they may be escaped."""


def _sse(recorded: RecordedEvent, dated: DatedDirectory) -> bytes:
    view = event_view(recorded, dated)
    data = dumps(view, ensure_ascii=False).translate(_LINE_ENDS)
    return f"id: {recorded.global_position}\nevent: {view['type']}\ndata: {data}\n\n".encode()
