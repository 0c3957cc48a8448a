"""Headers of every answer: nothing here is for caches, and nobody shall guess at content types."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class PrivateAnswers:
    """Adds Cache-Control: no-store (unless the answer has its own), nosniff, and Vary for what depends on the caller."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                headers["X-Content-Type-Options"] = "nosniff"
                headers.add_vary_header("Accept-Language, Authorization, Cookie")
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
