"""Commands that go through the API: the caller's token, and answers turned into exit codes."""

import asyncio
import os
import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import uuid4

import asyncpg
import httpx
from cyclopts import Parameter

from console.common import REFUSED, UNAVAILABLE_EXIT, USAGE, fail, print_json, say
from console.reach import api_url, record
from domain.wording import Language
from storage.tokens import make_token

Url = Annotated[str | None, Parameter("--url", help="Địa chỉ API (hoặc DONDOC_URL) · address of the API")]
Token = Annotated[str | None, Parameter("--token", help="Mã truy cập (hoặc DONDOC_TOKEN) · bearer token")]
AsUser = Annotated[
    str | None,
    Parameter(
        "--as",
        help="Thực hiện với tư cách người dùng này, trên máy giữ bản ghi · act as this user, on the record's machine",
    ),
]
Key = Annotated[
    str | None,
    Parameter("--key", help="Khóa chống lặp: chạy lại với cùng khóa không ghi hai lần · repeat with it, recorded once"),
]
SHORT = timedelta(minutes=10)
PATIENCE = 45.0
"""Seconds in which a command is sent again, under the same key, while the system is away or its answer was lost."""
PAUSE = 2.0
"""Seconds between two tries, where the system does not say."""


class Api:
    """The API as one user sees it."""

    def __init__(self, client: httpx.AsyncClient, *, as_json: bool) -> None:
        self._client = client
        self._as_json = as_json

    async def post(self, path: str, body: dict[str, Any], key: str | None) -> Any:
        """The JSON answer; a refusal ends the command with 1, a system that stays away with 3."""
        key = key or str(uuid4())
        headers = {"Idempotency-Key": key}
        answer = await self._answer(lambda: self._client.post(path, json=body, headers=headers), key)
        return self._success(answer, key).json()

    async def get(self, path: str) -> Any:
        """The JSON answer to a question; ends as `post` does."""
        return self._success(await self._answer(lambda: self._client.get(path))).json()

    async def upload(self, content: Callable[[], AsyncIterable[bytes]], media_type: str) -> Any:
        """Send a file in; the JSON answer, as `post`. `content` is asked for anew at each try."""
        headers = {"Content-Type": media_type}
        return self._success(
            await self._answer(lambda: self._client.post("/files", content=content(), headers=headers))
        ).json()

    @asynccontextmanager
    async def download(self, path: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The content at `path` in pieces; ends as `post` does, and with 3 when it breaks off."""
        try:
            async with self._client.stream("GET", path) as answer:
                if not answer.is_success:
                    await answer.aread()
                yield self._success(answer).aiter_bytes()
        except httpx.TransportError as error:
            _away(f"Mất kết nối với {self._client.base_url} · lost the connection: {error!r}")

    def _success(self, answer: httpx.Response, key: str | None = None) -> httpx.Response:
        if not answer.is_success:
            problem = _problem(answer)
            if self._as_json:
                print_json(problem)
            _end(answer.status_code, problem, key)
        return answer

    async def _answer(self, send: Callable[[], Awaitable[httpx.Response]], key: str | None = None) -> httpx.Response:
        limit, sent = time.monotonic() + PATIENCE, False
        while True:
            pause = PAUSE
            try:
                answer = await send()
            except httpx.TransportError as error:
                if not sent and isinstance(error, httpx.ConnectError):
                    _away(f"Không kết nối được {self._client.base_url} · cannot reach it: {error}")
                if time.monotonic() > limit:
                    _away(f"Mất kết nối với {self._client.base_url} · lost the connection: {error!r}", key)
            else:
                if answer.status_code != 503 or time.monotonic() > limit:
                    return answer
                pause = float(answer.headers.get("retry-after", pause))
            sent = True
            say(f"Hệ thống chưa trả lời, thử lại sau {pause:.0f} giây · no answer yet, trying again in {pause:.0f} s")
            await asyncio.sleep(pause)


@asynccontextmanager
async def signed_in(
    data: Path, url: str | None, token: str | None, user: str | None, *, as_json: bool
) -> AsyncIterator[Api]:
    """The API for a user. Whoever reaches the record itself may act as a user by name: a short token is made for it."""
    held = token or os.environ.get("DONDOC_TOKEN")
    if user is None and held is None:
        fail(USAGE, "Cần --as NGƯỜI_DÙNG, --token hoặc DONDOC_TOKEN. · Name --as USER, --token or DONDOC_TOKEN.")
    base = api_url(data, url)
    if user is not None:
        held = await token_for(user, data, "cli", SHORT)
    headers = {"Authorization": f"Bearer {held}", "Accept-Language": language()}
    async with httpx.AsyncClient(base_url=f"{base}/api/v1", headers=headers, timeout=60) as client:
        yield Api(client, as_json=as_json)


def language() -> Language:
    """The language of refusals."""
    return "en" if os.environ.get("DONDOC_LANGUAGE") == "en" else "vi"


async def token_for(user: str, data: Path, label: str, lasts: timedelta) -> str:
    """A new token for a user; ends with 1 if there is no such user."""
    async with record(data) as pool:
        try:
            return await make_token(pool, user, label, lasts=lasts)
        except asyncpg.ForeignKeyViolationError:
            fail(REFUSED, f"Không có người dùng {user}. · There is no user {user}.", "Xem · see: dondoc users list")


def _problem(answer: httpx.Response) -> dict[str, Any]:
    """The problem document; one made up when a proxy answers with something else."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"detail": answer.text[:500], "code": f"http_{answer.status_code}"}


def _end(status: int, problem: dict[str, Any], key: str | None) -> NoReturn:
    place = f" (mục thứ {problem['index'] + 1} · item {problem['index'] + 1})" if "index" in problem else ""
    message = f"{problem.get('detail')} [{problem.get('code')}]{place}"
    if status >= 500:
        _away(message, key)
    fail(REFUSED, message, "\n".join(f"{fault['field']}: {fault['detail']}" for fault in problem.get("errors", [])[1:]))


def _away(message: str, key: str | None = None) -> NoReturn:
    repeat = (
        f"\nLệnh có thể đã được ghi; chạy lại với · it may have been recorded, run it again with: --key {key}"
        if key
        else ""
    )
    fail(UNAVAILABLE_EXIT, message, f"Xem · see: dondoc doctor{repeat}")
