"""A real HTTP server on loopback that keeps what it gets and answers what it is told to."""

from collections import deque
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


@dataclass(frozen=True)
class Got:
    """One request as it came in."""

    path: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Receiver:
    """`answers` holds what is answered in turn instead of 204."""

    got: list[Got] = field(default_factory=list)
    answers: deque[Response] = field(default_factory=deque)

    async def take(self, request: Request) -> Response:
        """Any request."""
        self.got.append(Got(request.url.path, await request.body(), dict(request.headers)))
        return self.answers.popleft() if self.answers else Response(status_code=204)

    @property
    def application(self) -> Starlette:
        """To be served."""
        return Starlette(routes=[Route("/{path:path}", self.take, methods=["GET", "POST"])])
