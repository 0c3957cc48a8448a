"""The way to the record and to the API, wherever they are."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from console.common import UNAVAILABLE_EXIT, fail, say
from embedded.group import is_running, prepare, read_running
from embedded.postgres import embedded_postgres_at
from settings import Settings
from storage.pool import Pool, open_pool


@asynccontextmanager
async def record(data: Path) -> AsyncIterator[Pool]:
    """Connections to the record: the configured database, a running group's, or the embedded one for the block's duration."""
    settings = Settings()
    if settings.database_url is not None:
        async with _pool(settings.database_url) as pool:
            yield pool
        return
    running = read_running(data) if is_running(data) else None
    if running is not None:
        async with _pool(running.database_url) as pool:
            yield pool
        return
    if not (data / "postgres" / "PG_VERSION").exists():
        say(f"Tạo bản ghi mới trong {data} · making a new record in {data}")
    with embedded_postgres_at(data.resolve()) as server:
        await prepare(server, say)
        async with _pool(server.url) as pool:
            yield pool


@asynccontextmanager
async def _pool(url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(url, size=4, program="dondoc-cli")
    try:
        yield pool
    finally:
        await pool.close()


def api_url(data: Path, url: str | None) -> str:
    """Where the API is: named, configured, or that of the group running on the folder; ends with 3 when nowhere."""
    named = url or os.environ.get("DONDOC_URL")
    if named:
        return named.rstrip("/")
    running = read_running(data) if is_running(data) else None
    if running is None:
        fail(
            UNAVAILABLE_EXIT,
            f"Không có hệ thống nào đang chạy với thư mục {data}. · Nothing runs on the folder {data}.",
            "Chạy `dondoc up` ở cửa sổ khác, hoặc chỉ rõ --url. · Run `dondoc up` in another window, or name one with --url.",
        )
    return running.url
