"""The one way out for calls to addresses that people enter: not into the house, and to the very address that was checked."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import httpx

from domain.outbound import Target, is_public, target_of
from domain.text import printable

SECONDS = 10.0
"""For a call from the look-up of the name to the last byte of the answer that is read."""
MOST_BYTES = 4096
"""Read of an answer; the rest is left."""

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""From a name and a port to its IP addresses. OSError if there are none."""


class CallRefused(Exception):
    """The address is none that may be called; the message says why, and how it would be allowed."""


class CallFailed(Exception):
    """No answer came."""


@dataclass(frozen=True)
class Answer:
    """What came back, its body cut."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The beginning of the body in one line."""
        return printable(self.body.decode(errors="replace"), 300)


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system finds them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Outbound:
    """Calls to the public Internet over TLS, and to what is listed (`allowed`, as host:port) wherever it is."""

    def __init__(
        self, allowed: frozenset[str] = frozenset(), *, resolve: Resolve = resolved, trust: ssl.SSLContext | None = None
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._trust = trust or httpx.create_ssl_context()  # once: to read the certificates takes longer than a call

    async def checked(self, target: Target) -> str:
        """The address to connect to. CallRefused, also if only one of several addresses is not for everybody; CallFailed."""
        listed = target.listed_as in self._allowed
        if target.scheme != "https" and not listed:
            raise CallRefused(f"http:// goes over the Internet in the clear; {_how(target)}")
        try:
            addresses = await self._resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:
            raise CallFailed(f"{target.host} is not found: {error}") from error
        if not addresses:
            raise CallFailed(f"{target.host} is not found")
        for address in addresses:
            if not listed and not is_public(address):
                raise CallRefused(f"{target.host} is {address}, which is not on the public Internet; {_how(target)}")
        return addresses[0]

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer to a POST, a redirection like any other. CallRefused, CallFailed; ValueError for what is no address."""
        target = target_of(url)
        try:
            async with asyncio.timeout(SECONDS):
                address = await self.checked(target)
                return await self._post(httpx.URL(url), target, address, body, headers)
        except httpx.InvalidURL as error:
            raise CallRefused(f"{target.host} cannot be called: {error}") from error
        except TimeoutError as error:
            raise CallFailed(f"no answer within {SECONDS:.0f} s") from error
        except (httpx.HTTPError, OSError) as error:
            raise CallFailed(str(error) or type(error).__name__) from error

    async def _post(
        self, url: httpx.URL, target: Target, address: str, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        # By the address, so that the name cannot lead elsewhere the second time; the name is told to TLS and to the server.
        # No proxy of the environment: it would look the name up itself.
        named = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity", **headers}
        async with httpx.AsyncClient(verify=self._trust, trust_env=False, timeout=SECONDS) as client:
            request = client.build_request(
                "POST",
                url.copy_with(host=address),
                content=body,
                headers=named,
                extensions={"sni_hostname": target.host},
            )
            answer = await client.send(request, stream=True, follow_redirects=False)
            try:
                return Answer(answer.status_code, await _beginning(answer))
            finally:
                await answer.aclose()


async def _beginning(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) >= MOST_BYTES:
            break
    return bytes(body[:MOST_BYTES])


def _how(target: Target) -> str:
    return f"to call it, list {target.listed_as} in DONDOC_OUTBOUND_ALLOWED"
