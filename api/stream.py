"""GET /stream: server-sent events; the id is the global position, so a client that reconnects misses nothing."""

from collections import Counter
from collections.abc import AsyncIterator
from json import dumps

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import StreamingResponse

from api.auth import Caller, SignedIn
from api.problems import Problem
from api.services import Services, services_of
from api.views import event_view
from storage.pool import UNAVAILABLE
from storage.postgres import events_after_for_units
from storage.store import RecordedEvent
from telemetry import STREAMS

router = APIRouter()

HEARTBEAT_SECONDS = 15.0
STREAMS_PER_USER = 20
BATCH = 500


@router.get("/stream", response_class=StreamingResponse, summary="Sự kiện mới (server-sent events)")
async def stream(request: Request, caller: SignedIn) -> StreamingResponse:
    """All events the caller may see, from Last-Event-ID (or `after`) on, else from now on."""
    services = services_of(request)
    counts: Counter[str] = request.app.state.streams
    user = caller.person.username
    if counts[user] >= STREAMS_PER_USER:
        raise Problem(429, "too_many_streams", headers={"Retry-After": "30"})
    position = _asked_position(request)
    if position is None:
        position = services.broadcaster.position
    STREAMS.inc()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    body = _counted(_events(services, caller, position), counts, user)
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


def _asked_position(request: Request) -> int | None:
    value = request.headers.get("last-event-id") or request.query_params.get("after")
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise Problem(422, "invalid_parameter", field="Last-Event-ID", reason="a global position is expected")
    return int(value)


async def _counted(events: AsyncIterator[bytes], counts: Counter[str], user: str) -> AsyncIterator[bytes]:
    counts[user] += 1
    try:
        async for chunk in events:
            yield chunk
    finally:
        counts[user] -= 1


async def _events(services: Services, caller: Caller, position: int) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    broadcaster = services.broadcaster
    while True:
        recent = broadcaster.since(position)
        if recent is None:
            # Further back than memory reaches: read the record in pages, holding no connection in between. What is at or
            # before `seen` was committed before the query, so a short page leaves nothing out up to there.
            seen = broadcaster.position
            try:
                older = await events_after_for_units(services.pool, caller.visible, position, BATCH)
            except UNAVAILABLE:
                return  # the client reconnects with its last id
            for recorded in older:
                yield _sse(recorded)
            position = older[-1].global_position if len(older) == BATCH else max(position, seen)
            continue
        for item in recent:
            if caller.may_see(item.units):
                yield _sse(item.recorded)
            position = item.recorded.global_position
        if not await broadcaster.wait_after(position, HEARTBEAT_SECONDS):
            yield b": still here\n\n"


def _sse(recorded: RecordedEvent) -> bytes:
    view = event_view(recorded)
    return f"id: {recorded.global_position}\nevent: {view['type']}\ndata: {dumps(view, ensure_ascii=False)}\n\n".encode()
