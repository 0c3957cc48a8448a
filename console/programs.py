"""`dondoc worker`, `dondoc api` and `dondoc migrate`: the programs one by one, as containers run them."""

import uvicorn

from api.app import create_app
from console.common import DEFAULT_DATA, REFUSED, UNAVAILABLE_EXIT, Data, fail, out, run, say
from console.up import Host, Port, settings_for
from embedded.postgres import embedded_postgres_at, ensure_database
from settings import Settings
from storage.migrate import MigrationError, migrate
from storage.pool import UNAVAILABLE, open_pool
from storage.reference import store_policies
from storage.seed import default_policies
from telemetry import configure_logging, serve_metrics
from worker import main as worker_main


def worker() -> None:
    """Chạy tiến trình worker (như python worker.py) · run the worker process."""
    worker_main()


def api(*, port: Port = None, host: Host = None) -> None:
    """Chạy tiến trình API · run the API process."""
    settings = settings_for(port, host, DEFAULT_DATA)
    configure_logging(settings.log_level, "api")
    serve_metrics(settings.metrics_port)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        server_header=False,
    )


def migrate_command(*, data: Data = DEFAULT_DATA) -> None:
    """Cập nhật cơ sở dữ liệu · bring the database up to date (forward only, once each)."""
    settings = Settings()
    try:
        applied = run(_migrate(settings, data))
    except MigrationError as error:
        fail(REFUSED, str(error))
    except UNAVAILABLE as error:
        fail(
            UNAVAILABLE_EXIT,
            f"Không kết nối được cơ sở dữ liệu · cannot reach the database: {error}",
            "Xem: dondoc doctor",
        )
    out.print(f"Đã áp dụng · applied: {', '.join(applied)}" if applied else "Không có gì mới · nothing to apply")


async def _migrate(settings: Settings, data: Data) -> list[str]:
    owner = settings.owner_database_url or settings.database_url
    if owner is not None:
        return await _bring_up(owner, settings.database_url)
    say(f"PostgreSQL nhúng trong {data} · embedded PostgreSQL in {data}")
    with embedded_postgres_at(data.resolve()) as server:
        await ensure_database(server)
        return await _bring_up(server.url, None)


async def _bring_up(owner_url: str, program_url: str | None) -> list[str]:
    applied = await migrate(owner_url, program_url)
    pool = await open_pool(program_url or owner_url, size=1)
    try:
        await store_policies(pool, default_policies())
    finally:
        await pool.close()
    return applied
