"""One bounded POST, as every place on the web needs it."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx

from audit.places.place import PlaceAway
from domain.text import printable

SECONDS = 20.0
"""For one request from its beginning to the last byte of its answer."""
MOST_BYTES = 256 * 1024
"""Of an answer; time stamps with their certificates are the largest."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The beginning of it in one line, for people and for the record."""
        return printable(self.body.decode(errors="replace"), 500)

    @property
    def is_later(self) -> bool:
        """Whether the same may be answered otherwise later."""
        return self.status >= 500 or self.status in (408, 425, 429)


async def post(url: str, body: bytes, content_type: str) -> Answer:
    """The answer, redirections not followed. PlaceAway if none comes, or too much."""
    try:
        async with asyncio.timeout(SECONDS), httpx.AsyncClient(timeout=SECONDS) as client:
            request = client.build_request("POST", url, content=body, headers={"Content-Type": content_type})
            answer = await client.send(request, stream=True)
            try:
                return Answer(answer.status_code, await _bounded(answer))
            finally:
                await answer.aclose()
    except (httpx.HTTPError, OSError) as error:  # TimeoutError is an OSError
        raise PlaceAway(str(error) or type(error).__name__) from error


async def _bounded(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise PlaceAway(f"the answer is longer than {MOST_BYTES} bytes")
    return bytes(body)


def checked(url: str) -> str:
    """The address, if it is one that can be called. ValueError."""
    try:
        parsed, host = httpx.URL(url), urlsplit(url).hostname
    except (httpx.InvalidURL, ValueError) as error:
        raise ValueError("not an address on the web") from error
    if parsed.scheme not in ("http", "https") or not host:
        raise ValueError("not an address on the web, http(s)://host…")
    return url


def shown(url: str) -> str:
    """The address without what may be secret in it: user, password, query, fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "…"
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
