"""GET /live: tells open pages which directive has changed, and nothing of what changed; what it shows, a page asks for itself."""

from functools import partial
from json import dumps
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from api.auth import StillSignedIn
from api.stream import open_stream
from domain.validity import DatedDirectory
from storage.store import RecordedEvent

router = APIRouter()


@router.get("/live", include_in_schema=False)
async def live(
    request: Request,
    caller: StillSignedIn,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[str | None, Query()] = None,
) -> StreamingResponse:
    """Server-sent events, their ids global positions; each names a directive that the caller may see."""
    streams = request.app.state.streams
    return await open_stream(request, caller, last_event_id or after, partial(_brief, streams))


def _brief(streams: dict[str, int], recorded: RecordedEvent, _: DatedDirectory) -> bytes:
    told = dumps({"directive": str(recorded.event.directive_id), "streams": sum(streams.values())})
    return f"id: {recorded.global_position}\ndata: {told}\n\n".encode()
