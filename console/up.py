"""`dondoc up`: everything on this machine, until Ctrl-C."""

import asyncio
import signal
from typing import Annotated

from cyclopts import Parameter

from console.common import DEFAULT_DATA, REFUSED, UNAVAILABLE_EXIT, Data, err, fail, out, run, say
from embedded.group import AlreadyRunning, Running, StartFailed, running_group
from settings import Settings
from telemetry import configure_logging

Port = Annotated[int | None, Parameter("--port", help="Cổng của API, mặc định 8080 · port of the API")]
Host = Annotated[str | None, Parameter("--host", help="Địa chỉ lắng nghe, mặc định 127.0.0.1 · address to listen on")]


def up(*, port: Port = None, host: Host = None, data: Data = DEFAULT_DATA) -> None:
    """Khởi động toàn bộ hệ thống trên máy này · start everything on this machine and serve until Ctrl-C."""
    run(serve(settings_for(port, host, data)))


def settings_for(port: int | None, host: str | None, data: Data) -> Settings:
    """The environment's settings with what the command line says."""
    changes = {"data": data, "port": port, "host": host}
    return Settings().model_copy(update={name: value for name, value in changes.items() if value is not None})


async def serve(settings: Settings) -> None:
    """Start, say where things are, and wait for the signal to stop."""
    configure_logging("WARNING", "up")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        async with running_group(settings, say) as running:
            announce(running)
            err.print("[dim]Ctrl-C để dừng · to stop[/dim]")
            await stop.wait()
    except AlreadyRunning as error:
        fail(REFUSED, str(error))
    except (StartFailed, OSError) as error:
        fail(UNAVAILABLE_EXIT, str(error), "Xem: dondoc doctor")


def announce(running: Running) -> None:
    """Where everything is."""
    out.print(f"Đôn Đốc sẵn sàng · ready: [bold]{running.url}[/bold]", highlight=False)
    out.print(f"  API      {running.url}/docs", highlight=False)
    if running.temporal_ui:
        out.print(f"  Temporal {running.temporal_ui}", highlight=False)
