"""The way to the record and to the API, wherever they are."""

import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from console.common import UNAVAILABLE_EXIT, fail
from console.progress import steps
from embedded.postgres import embedded_postgres_at
from embedded.prepare import prepare
from embedded.running import Running, running_at
from settings import Settings
from storage.pool import Pool, open_pool


@asynccontextmanager
async def record(data: Path, *, size: int = 4) -> AsyncIterator[Pool]:
    """At most `size` connections to the record, wherever it is."""
    async with record_url(data) as url:
        pool = await open_pool(url, size=size, program="dondoc-cli")
        try:
            yield pool
        finally:
            await pool.close()


@asynccontextmanager
async def record_url(data: Path) -> AsyncIterator[str]:
    """The URL of the record: the configured database, a running group's, or the embedded one for the block's duration."""
    running = running_at(data)
    url = Settings().database_url or (running.database_url if running else None)
    with ExitStack() as held:
        if url is None:
            with steps() as tell:
                if not _has_record(data):
                    tell(f"Tạo bản ghi mới trong {data} · making a new record in {data}")
                server = held.enter_context(embedded_postgres_at(data))
                await prepare(server, tell)
            url = server.url
        yield url


def _has_record(data: Path) -> bool:
    return (data / "postgres" / "PG_VERSION").exists()


def api_url(data: Path, url: str | None) -> str:
    """Where the API is: named, configured, or that of the group running on the folder; ends with 3 when nowhere."""
    named = url or os.environ.get("DONDOC_URL")
    return named.rstrip("/") if named else group_at(data).url


def group_at(data: Path) -> Running:
    """The group that runs on the folder; ends with 3 when none does."""
    running = running_at(data)
    if running is None:
        fail(
            UNAVAILABLE_EXIT,
            f"Không có hệ thống nào đang chạy với thư mục {data}. · Nothing runs on the folder {data}.",
            "Chạy `dondoc up` ở cửa sổ khác, hoặc chỉ rõ --url. · Run `dondoc up` in another window, or name one with --url.",
        )
    return running
