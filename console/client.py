"""Commands that go through the API: the caller's token, and answers turned into exit codes."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import httpx
from cyclopts import Parameter

from console.common import REFUSED, UNAVAILABLE_EXIT, USAGE, fail
from console.reach import api_url, record
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
SHORT = timedelta(minutes=10)


@asynccontextmanager
async def signed_in(
    data: Path, url: str | None, token: str | None, user: str | None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API. Whoever reaches the record itself may act as a user by name: a short token is made for it."""
    base = api_url(data, url)
    held = token or os.environ.get("DONDOC_TOKEN")
    if user is not None:
        async with record(data) as pool:
            try:
                held = await make_token(pool, user, "cli", lasts=SHORT)
            except asyncpg.ForeignKeyViolationError:
                fail(REFUSED, f"Không có người dùng {user}. · There is no user {user}.", "Xem: dondoc users list")
    if held is None:
        fail(USAGE, "Cần --as NGƯỜI_DÙNG, --token hoặc DONDOC_TOKEN. · Name --as USER, --token or DONDOC_TOKEN.")
    headers = {"Authorization": f"Bearer {held}", "Accept-Language": os.environ.get("DONDOC_LANGUAGE", "vi")}
    async with httpx.AsyncClient(base_url=f"{base}/api/v1", headers=headers, timeout=60) as client:
        yield client


async def call(client: httpx.AsyncClient, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """The JSON answer; a refusal ends the command with 1, an unreachable or struggling system with 3."""
    try:
        answer = await client.request(method, path, json=body, headers=headers)
    except httpx.TransportError as error:
        fail(UNAVAILABLE_EXIT, f"Không kết nối được {client.base_url}: {error} · cannot reach it", "Xem: dondoc doctor")
    if answer.is_success:
        return answer.json()
    try:
        problem = answer.json()
    except ValueError:
        problem = {"detail": answer.text, "code": str(answer.status_code)}
    code = UNAVAILABLE_EXIT if answer.status_code >= 500 else REFUSED
    lines = [f"{fault['field']}: {fault['detail']}" for fault in problem.get("errors", [])[1:]]
    place = f" (mục thứ {problem['index'] + 1} · item {problem['index'] + 1})" if "index" in problem else ""
    fail(code, f"{problem.get('detail')} [{problem.get('code')}]{place}", "\n".join(lines))
