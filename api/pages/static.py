"""Stylesheet, scripts and images: from memory, under addresses that change with their content, so that browsers keep them."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.problems import Problem

router = APIRouter()

_FOLDER = Path(__file__).parent.parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


@cache
def _files() -> dict[str, tuple[bytes, bytes]]:
    """Each file's content, and the same compressed."""
    contents = ((path.name, path.read_bytes()) for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES)
    return {name: (content, gzip.compress(content, 9, mtime=0)) for name, content in contents}


@cache
def _digest() -> str:
    """Of all files together: scripts that import each other by name find each other under the same digest."""
    return hashlib.sha256(b"".join(content for content, _ in _files().values())).hexdigest()[:12]


def address_of_static(name: str) -> str:
    """The address under which a static file may be kept for ever; KeyError if there is no such file."""
    _files()[name]
    return f"/static/{_digest()}/{name}"


@router.get("/static/{digest}/{name}", include_in_schema=False)
async def static_file(request: Request, digest: str, name: str) -> Response:
    """A file, compressed where the browser takes that. An old address gives the present file, to be kept by nobody."""
    held = _files().get(name)
    if held is None:
        raise Problem(404, "not_found")
    content, compressed = held
    headers = {"Cache-Control": _FOR_EVER if digest == _digest() else "no-store", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            compressed, media_type=_TYPES[Path(name).suffix], headers={**headers, "Content-Encoding": "gzip"}
        )
    return Response(content, media_type=_TYPES[Path(name).suffix], headers=headers)
