"""`dondoc worker`, `dondoc api` and `dondoc migrate`: the programs one by one, as containers run them."""

import os
import signal
import sys

import uvicorn

from api.app import KEEP_ALIVE_SECONDS, create_app
from api.signing.openid.setup import SetupUnusable
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from console.progress import steps
from console.up import Host, Port, settings_for
from embedded.postgres import embedded_postgres_at, ensure_database
from embedded.running import running_at
from settings import Settings
from storage.calendar import seed_calendar
from storage.migrate import MigrationError, migrate
from storage.pool import open_pool
from storage.reference import seed_policies
from storage.seed import default_policies
from telemetry import configure_logging, serve_metrics
from worker import main as worker_main


def worker(*, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:  # noqa: ARG001 - every command takes --json; logs are JSON anyway
    """Chạy tiến trình worker (như python worker.py) · run the worker process."""
    _name_servers(data)
    worker_main()


def api(*, port: Port = None, host: Host = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:  # noqa: ARG001 - as above
    """Chạy tiến trình API · run the API process."""
    _name_servers(data)
    settings = settings_for(port, host, data)
    configure_logging(settings.log_level, "api")
    serve_metrics(settings.metrics_port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)  # uvicorn hands the signal on when it has finished what it had begun
    try:
        app = create_app(settings)
    except SetupUnusable as error:
        fail(USAGE, f"Cấu hình sai · the environment is wrong: {error}", "dondoc doctor")
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        server_header=False,
    )


def _end(*_: object) -> None:
    sys.exit(0)


def _name_servers(data: Data) -> None:
    """With nothing configured, join the group that runs on the folder; ends with 2 when there is none."""
    if Settings().database_url is not None:
        return
    running = running_at(data)
    if running is None:
        fail(
            USAGE,
            "Chưa đặt DONDOC_DATABASE_URL. · DONDOC_DATABASE_URL is not set.",
            f"`dondoc up` chạy đủ các tiến trình · runs all programs; nothing runs on {data}",
        )
    os.environ["DONDOC_DATABASE_URL"] = running.database_url
    os.environ["TEMPORAL_ADDRESS"] = running.temporal_address


def migrate_command(*, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Cập nhật cơ sở dữ liệu · bring the database up to date (forward only, once each)."""
    try:
        with steps() as tell:
            tell("Cập nhật cơ sở dữ liệu · bringing the database up to date")
            applied = run(_migrate(Settings(), data))
    except (MigrationError, ValueError) as error:  # the latter: a policy that is stored with other contents
        fail(REFUSED, str(error))
    if as_json:
        print_json({"applied": applied})
    else:
        out.print(f"Đã áp dụng · applied: {', '.join(applied)}" if applied else "Không có gì mới · nothing to apply")


async def _migrate(settings: Settings, data: Data) -> list[str]:
    owner = settings.owner_database_url or settings.database_url
    if owner is not None:
        return await _bring_up(owner, settings.database_url)
    with embedded_postgres_at(data) as server:
        await ensure_database(server)
        return await _bring_up(server.url, None)


async def _bring_up(owner_url: str, program_url: str | None) -> list[str]:
    applied = await migrate(owner_url, program_url)
    pool = await open_pool(program_url or owner_url, size=1)
    try:
        await seed_policies(pool, default_policies())
        await seed_calendar(pool)
    finally:
        await pool.close()
    return applied
