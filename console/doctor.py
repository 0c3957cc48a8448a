"""`dondoc doctor`: what is configured, what is reachable, and what to do about the rest."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
from rich.table import Table
from rich.text import Text
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from activities.smtp import Mailer, SmtpTarget
from console.common import DEFAULT_DATA, UNAVAILABLE_EXIT, Data, Json, out, print_json, run
from console.finding import Finding
from console.openid import OPENID, look_at_openid
from console.places import PLACES, look_at_places
from embedded.running import Running, running_at
from embedded.temporal import describe_namespace, workers_on
from settings import Settings
from storage.migrate import pending
from storage.objects import open_objects

LIMIT = 5.0
FILES = "Kho tệp · files"


def doctor(*, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Kiểm tra cấu hình và kết nối · check what is configured and reachable; exit 3 if something that should answer does not."""
    findings = run(_examine(data))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _show(findings)
    if any(finding.state == "bad" for finding in findings):
        sys.exit(UNAVAILABLE_EXIT)


def _show(findings: list[Finding]) -> None:
    table = Table("", "Hạng mục · what", "Tình trạng · state", "Việc cần làm · what to do", box=None)
    marks = {"ok": "[green]✓[/green]", "off": "[dim]–[/dim]", "bad": "[red]✗[/red]"}
    for finding in findings:
        table.add_row(marks[finding.state], finding.what, Text(finding.detail), Text(finding.advice))
    out.print(table)


async def _examine(data: Data) -> list[Finding]:
    settings = Settings()
    running = running_at(data)
    found = [_python(), _disk(data), _group(data, running)]
    database = settings.database_url or (running.database_url if running else None)
    temporal = os.environ.get("TEMPORAL_ADDRESS") or (running.temporal_address if running else None)
    record = await _guarded("PostgreSQL", lambda: _postgres(database, settings))
    found.append(record)
    found.append(await _guarded("Temporal", lambda: _temporal(temporal)))
    found.append(await _guarded("Worker", lambda: _worker(temporal, settings)))
    found.append(await _guarded("API", lambda: _api(running, settings)))
    found.append(await _guarded("SMTP", lambda: _smtp(settings)))
    found.append(await _guarded(FILES, lambda: _files(settings.objects or str(data / "objects"))))
    found.append(await _guarded(OPENID, lambda: look_at_openid(settings)))
    found += await _places(database if record.state == "ok" else None, _with_own_place(settings, data))
    return found


def _with_own_place(settings: Settings, data: Path) -> Settings:
    """The embedded default keeps checkpoints beside the record until a place outside is named."""
    own = data.resolve() / "checkpoints"
    if settings.checkpoint_places or not own.is_dir():
        return settings
    return settings.model_copy(update={"checkpoint_places": str(own)})


async def _places(database: str | None, settings: Settings) -> list[Finding]:
    found: list[Finding] = []

    async def look() -> Finding:
        *before, last = await look_at_places(database, settings)
        found.extend(before)
        return last

    last = await _guarded(PLACES, look)
    return [*found, last]


async def _guarded(what: str, look: Callable[[], Awaitable[Finding]]) -> Finding:
    try:
        async with asyncio.timeout(LIMIT):
            return await look()
    except Exception as error:
        reason = str(error) or type(error).__name__
        return Finding(what, "bad", reason.splitlines()[0][:200], _ADVICE.get(what, ""))


_ADVICE = {
    "PostgreSQL": "Kiểm tra máy chủ và DONDOC_DATABASE_URL · check the server and DONDOC_DATABASE_URL",
    "Temporal": "Kiểm tra máy chủ và TEMPORAL_ADDRESS · check the server and TEMPORAL_ADDRESS",
    "Worker": "Xem dòng Temporal · see the line of Temporal",
    "API": "Xem api.log trong thư mục dữ liệu · see api.log in the data folder",
    "SMTP": "Kiểm tra DONDOC_SMTP_URL · check DONDOC_SMTP_URL",
    PLACES: "Kiểm tra DONDOC_CHECKPOINT_PLACES, DONDOC_TSA_* · check them",
    OPENID: "Kiểm tra DONDOC_OIDC_*, DONDOC_PUBLIC_URL · check them",
    FILES: "Kiểm tra DONDOC_OBJECTS, với S3 cả AWS_* · check DONDOC_OBJECTS, with S3 AWS_* too",
}


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", "ok" if sys.version_info >= (3, 11) else "bad", version)


def _disk(data: Data) -> Finding:
    place = next(folder for folder in (data.resolve(), *data.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free // 2**20
    advice = "" if free > 500 else "Giải phóng đĩa · free some disk space"
    return Finding("Đĩa · disk", "ok" if free > 500 else "bad", f"{free} MB trống · free", advice)


def _group(data: Data, running: Running | None) -> Finding:
    if running is None:
        return Finding("dondoc up", "off", f"không chạy với thư mục {data} · not running on it", "dondoc up")
    return Finding("dondoc up", "ok", f"{running.url}, tiến trình · pid {running.pid}")


async def _postgres(url: str | None, settings: Settings) -> Finding:
    if url is None:
        return Finding("PostgreSQL", "off", "nhúng, chưa chạy · embedded, not running", "dondoc up")
    connection = await asyncpg.connect(url, timeout=LIMIT)
    try:
        version = connection.get_server_version()
        shown = await connection.fetchval("show server_version")
        flush = await connection.fetchval("show fsync")
    finally:
        await connection.close()
    missing = await pending(settings.owner_database_url or url)
    detail = f"{_without_password(url)}, PostgreSQL {shown}, fsync {flush}"
    if version.major < 16:
        return Finding("PostgreSQL", "bad", detail, "Cần PostgreSQL 16 trở lên · PostgreSQL 16 or newer is needed")
    if missing:
        return Finding("PostgreSQL", "bad", f"{detail}; thiếu · lacks {', '.join(missing)}", "dondoc migrate")
    return Finding("PostgreSQL", "ok", detail)


async def _temporal(address: str | None) -> Finding:
    if address is None:
        return Finding("Temporal", "off", "nhúng, chưa chạy · embedded, not running", "dondoc up")
    client = await _client(address)
    place = f"{address}, namespace {client.namespace}"
    try:
        await describe_namespace(client)
    except RPCError as error:
        return Finding("Temporal", "bad", f"{place}: {error.message}", "Kiểm tra TEMPORAL_NAMESPACE · check it")
    return Finding("Temporal", "ok", place)


async def _worker(address: str | None, settings: Settings) -> Finding:
    if address is None:
        return Finding("Worker", "off", "chưa chạy · not running", "dondoc up")
    count = await workers_on(await _client(address), settings.task_queue)
    if count == 0:
        detail = f"không ai làm hàng đợi {settings.task_queue} · nobody works the queue"
        return Finding("Worker", "bad", detail, "python worker.py; xem worker.log · see worker.log")
    return Finding("Worker", "ok", f"{count} tiến trình, hàng đợi {settings.task_queue} · on the queue")


async def _client(address: str) -> Client:
    config = ClientConfig.load_client_connect_config() | {"target_host": address}
    return await Client.connect(**config)


async def _api(running: Running | None, settings: Settings) -> Finding:
    url = os.environ.get("DONDOC_URL") or (running.url if running else None)
    if url is None:
        return Finding("API", "off", f"chưa chạy · not running (port {settings.port})", "dondoc up")
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{url}/readyz", timeout=LIMIT)
    return Finding("API", "ok" if answer.status_code == 200 else "bad", f"{url} {answer.text}")


async def _smtp(settings: Settings) -> Finding:
    if settings.smtp_url is None:
        return Finding("SMTP", "off", "không gửi thư ra ngoài · no mail leaves the house", "DONDOC_SMTP_URL")
    target = SmtpTarget.from_url(settings.smtp_url, settings.mail_from)
    async with Mailer(target).session() as session:
        await session.noop()
    return Finding("SMTP", "ok", f"{target.host}:{target.port}")


async def _files(place: str) -> Finding:
    return Finding(FILES, "ok", await open_objects(place).check())


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password:
        parts = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":…@"))
    return urlunsplit(parts)
