"""Requests to the provider: to the issuer's own host and no other, in bounded time, for answers of bounded size."""

import asyncio
import json
from collections.abc import Mapping
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx

from api.signing.openid.failures import ProviderAway
from api.signing.origin import place_of

SECONDS = 5.0
"""So long a whole request may take."""
MOST_BYTES = 256 * 1024
MOST_AT_ONCE = 20


class Outbound:
    """Speaks to the host of one issuer. Redirects are not followed. Proxies and CA bundles come from the environment, as httpx
    reads it (HTTPS_PROXY, SSL_CERT_FILE)."""

    def __init__(self, issuer: str) -> None:
        self._place = place_of(issuer)
        self._held: httpx.AsyncClient | None = None

    def reaches(self, url: str) -> bool:
        """Whether `url` is on the issuer's host: same scheme, name and port."""
        return self._place is not None and place_of(url) == self._place

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The JSON object there. ProviderAway for anything but 200."""
        status, found = await self._ask("GET", url, headers or {}, None)
        if status != 200:
            raise ProviderAway(f"{url} answered {status}")
        return found

    async def post(self, url: str, body: str, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and JSON object of the answer to a form. ProviderAway for 5xx, 429 and redirects."""
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        status, found = await self._ask("POST", url, form, body.encode())
        if status in range(300, 400) or status == 429 or status >= 500:
            raise ProviderAway(f"{url} answered {status}")
        return status, found

    async def aclose(self) -> None:
        """Close the connections."""
        if self._held is not None:
            await self._held.aclose()

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[int, dict[str, Any]]:
        if not self.reaches(url):
            raise ProviderAway(f"{url} is not on the host of the issuer")
        # Without compression a small answer cannot become a large one.
        plain = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        try:
            async with (
                asyncio.timeout(SECONDS),
                self._client().stream(method, url, headers=plain, content=content) as answer,
            ):
                body = await _body(answer, url)
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise ProviderAway(f"{url}: {error!r}") from error
        return status, _object(body, url) if status < 300 or 400 <= status < 500 else {}

    def _client(self) -> httpx.AsyncClient:
        if self._held is None:
            limits = httpx.Limits(max_connections=MOST_AT_ONCE)
            self._held = httpx.AsyncClient(verify=_trusted(), timeout=SECONDS, follow_redirects=False, limits=limits)
        return self._held


@cache
def _trusted() -> SSLContext:
    """The authorities whose certificates are believed. Reading them takes a while: not at start, and once in a process."""
    return httpx.create_ssl_context()


async def _body(answer: httpx.Response, url: str) -> bytes:
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProviderAway(f"{url} answered compressed")
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            raise ProviderAway(f"{url} answered with more than {MOST_BYTES} bytes")
    return bytes(body)


def _object(body: bytes, url: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProviderAway(f"{url} did not answer with JSON") from error
    if not isinstance(found, dict):
        raise ProviderAway(f"{url} did not answer with a JSON object")
    return found
