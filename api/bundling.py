"""Bundles over HTTP: what was chosen, up to the last checkpoint, made in a process of its own into a file without a name."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

import structlog
from starlette.responses import Response, StreamingResponse

from api.auditing import RETRY_AFTER
from api.dispositions import attachment_disposition
from api.problems import Problem
from api.services import Services
from audit.bundle.apart import TooLarge, Unsound, bundle_written
from audit.bundle.making import Wish
from audit.bundle.selection import Begun, Directives, Positions, Selection
from audit.log.nodes import NodeMissing
from audit.snapshot import apart
from domain.instants import shown
from storage.bundle import events_within
from storage.log import StoredCheckpoint, last_checkpoint

log = structlog.get_logger()

LIMIT_SECONDS = 120.0
MOST_EVENTS = 200_000
MOST_BYTES = 256 * 2**20
"""What is more goes out at the command line; there nothing else waits for the machine."""
_PIECE = 2**18


@dataclass(frozen=True)
class Chosen:
    """What a bundle is to hold: directives, or all events between two positions."""

    told: str
    """What the report says of it."""
    name: str
    """For the file: ho-so-NAME.zip."""
    streams: Sequence[UUID] = ()
    units: Sequence[str] = ()
    """If the directives are all that concern these units, the manifest names these instead."""
    span: Positions | None = None


async def bundle_of(services: Services, chosen: Chosen) -> Response:
    """The bundle as a download. What the last checkpoint does not cover yet is left out, and the report says so.

    404 `no_checkpoint`, 409 `beyond_checkpoint`, 413, 429 while another is made, 500 where the record gives no sound one, 503.
    """
    if services.bundling.locked():
        raise Problem(429, "bundle_running", headers=RETRY_AFTER)
    async with services.bundling:
        last = await last_checkpoint(services.pool)
        if last is None:
            raise Problem(404, "no_checkpoint")
        selection = await _covered(services, chosen, last)
        until = f"vị trí {last.size}, theo điểm kiểm ký lúc {shown(last.made_at)}"
        wish = Wish(selection, facts=(("Phạm vi", chosen.told), ("Tính đến", until)))
        file = await _made(services, wish, last)
    size = file.seek(0, 2)
    file.seek(0)
    headers = {
        "Content-Disposition": attachment_disposition(f"ho-so-{chosen.name}.zip"),
        "Content-Length": str(size),
    }
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)


async def _covered(services: Services, chosen: Chosen, last: StoredCheckpoint) -> Selection:
    if chosen.span is not None:
        first, end = chosen.span.first, min(chosen.span.last, last.size)
        if first > end:
            raise Problem(409, "beyond_checkpoint")
        if end - first >= MOST_EVENTS:
            raise _too_large()
        return Positions(first, end)
    if not chosen.streams:
        raise Problem(422, "bundle_empty")
    counts = await events_within(services.pool, chosen.streams, last.size)
    if not counts:
        raise Problem(409, "beyond_checkpoint")
    if sum(counts.values()) > MOST_EVENTS:
        raise _too_large()
    return Begun(Directives(tuple(counts), tuple(chosen.units)), last.size)


async def _made(services: Services, wish: Wish, last: StoredCheckpoint) -> IO[bytes]:
    """The bundle in a file that is gone as soon as it is closed."""
    with ExitStack() as undone:
        made = undone.enter_context(tempfile.NamedTemporaryFile(prefix="dondoc-bundle-", suffix=".zip"))
        try:
            async with asyncio.timeout(LIMIT_SECONDS) as limit:
                await apart(bundle_written, services.database_url, wish, last, Path(made.name), MOST_BYTES)
        except TimeoutError:
            if not limit.expired():
                raise  # the database's own
            raise Problem(503, "bundle_too_long", headers=RETRY_AFTER) from None
        except TooLarge:
            raise _too_large() from None
        except (NodeMissing, Unsound) as error:
            log.error("log.broken", reason=str(error), see="dondoc audit verify")  # noqa: TRY400 - the reason says it all
            raise Problem(500, "record_altered") from error
        undone.pop_all()
        return made


def _too_large() -> Problem:
    most = f"{MOST_EVENTS} sự kiện, {MOST_BYTES >> 20} MiB", f"{MOST_EVENTS} events, {MOST_BYTES >> 20} MiB"
    return Problem(413, "bundle_too_large", limit=most)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
    finally:
        file.close()
