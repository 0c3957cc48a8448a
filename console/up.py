"""`dondoc up`: everything on this machine, until Ctrl-C."""

import asyncio
from contextlib import ExitStack
from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from console.common import DEFAULT_DATA, REFUSED, UNAVAILABLE_EXIT, Data, Json, err, fail, out, print_json, run
from console.progress import steps
from console.until import until_told
from embedded.group import STEPS, StartFailed, running_group
from embedded.running import AlreadyRunning, Running
from settings import Settings
from telemetry import configure_logging

Port = Annotated[
    int | None, Parameter("--port", help="Cổng của API, mặc định 8080, 0: tùy máy · port of the API, 0: any free one")
]
Host = Annotated[str | None, Parameter("--host", help="Địa chỉ lắng nghe, mặc định 127.0.0.1 · address to listen on")]


def up(*, port: Port = None, host: Host = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Khởi động toàn bộ hệ thống trên máy này · start everything on this machine and serve until Ctrl-C."""
    configure_logging("WARNING", "up")
    try:
        run(until_told(_serve(settings_for(port, host, data), as_json=as_json)))
    except AlreadyRunning as error:
        fail(REFUSED, str(error))
    except StartFailed as error:
        fail(UNAVAILABLE_EXIT, str(error), "Xem · see: dondoc doctor")


def settings_for(port: int | None, host: str | None, data: Data) -> Settings:
    """The environment's settings with what the command line says."""
    changes = {"data": data, "port": port, "host": host}
    return Settings(**{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]  # by name


async def _serve(settings: Settings, *, as_json: bool) -> None:
    with ExitStack() as starting:
        tell = starting.enter_context(steps(STEPS))
        async with running_group(settings, tell) as running:
            starting.close()
            if as_json:
                print_json(asdict(running))
            else:
                announce(running)
            await serve_on()


async def serve_on() -> None:
    """Wait for the signal to stop."""
    err.print("Ctrl-C để dừng · to stop", style="dim")
    await asyncio.Event().wait()


def announce(running: Running) -> None:
    """Where everything is."""
    out.print(f"Đôn Đốc sẵn sàng · ready: [bold]{running.url}[/bold]", highlight=False)
    out.print(f"  API      {running.url}/docs", highlight=False)
    if running.temporal_ui:
        out.print(f"  Temporal {running.temporal_ui}", highlight=False)
