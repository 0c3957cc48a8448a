"""Having a decision on the calendar brought to the open directives, and showing how far that is."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from console.common import err, say
from embedded.running import running_at
from settings import Settings
from storage.calendar import revisions
from storage.pool import Pool
from workflows.converter import DATA_CONVERTER
from workflows.messages import ReprojectionProgress
from workflows.waking import start_reprojection

CONNECT_SECONDS, SILENCE_SECONDS = 5.0, 20.0
"""How long Temporal is tried, and how long a worker may say nothing before the work is left to it."""
LOOK_EVERY = 0.25


async def bring(pool: Pool, data: Path, *, wait: bool) -> dict[str, int] | None:
    """Start the re-projection where there is a Temporal, and follow it to its end if asked; None when it is left to the worker."""
    if not (await revisions(pool)).behind:
        return ReprojectionProgress().model_dump(include=_SHOWN)
    client = await _engine(data)
    if client is None:
        return None
    handle = await start_reprojection(client, Settings().task_queue)
    progress = await _followed(handle) if wait else None
    return progress.model_dump(include=_SHOWN) if progress else None


_SHOWN = {"total", "done", "changed", "failed"}


def said(brought: dict[str, int] | None) -> str:
    """What became of it, in words."""
    if brought is None:
        return "Các nhiệm vụ đang mở sẽ được tính lại khi worker chạy. · Open directives are computed anew as the worker runs."
    failed = f"; lỗi · failed: {brought['failed']}" if brought["failed"] else ""
    return (
        f"Đã xem · looked at: {brought['done']}; thời hạn hoặc mốc nhắc thay đổi · with changed instants: "
        f"{brought['changed']}{failed}"
    )


async def _engine(data: Path) -> Client | None:
    """The Temporal of the configured servers, or of the group on the folder; None where there is none or it does not answer."""
    running = running_at(data) if Settings().database_url is None else None
    config: dict[str, Any] = {**ClientConfig.load_client_connect_config()}
    if running is not None:
        config["target_host"] = running.temporal_address
    elif "TEMPORAL_ADDRESS" not in os.environ and "target_host" not in config:
        return None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await Client.connect(**config, data_converter=DATA_CONVERTER)
    except (RuntimeError, TimeoutError) as error:
        say(f"Không kết nối được Temporal · Temporal does not answer: {error}")
        return None


async def _followed(handle: WorkflowHandle[Any, ReprojectionProgress]) -> ReprojectionProgress | None:
    """The progress at the end, shown on the way; None when no worker says anything for a while."""
    result = asyncio.ensure_future(handle.result())
    heard = time.monotonic()
    try:
        with _bar() as show:
            while not result.done():
                if time.monotonic() - heard > SILENCE_SECONDS:
                    say(
                        "Không có worker nào trả lời; việc sẽ tiếp tục khi có. · No worker answers; one will go on with it."
                    )
                    return None
                try:
                    show(
                        await handle.query(
                            "progress", result_type=ReprojectionProgress, rpc_timeout=timedelta(seconds=2)
                        )
                    )
                    heard = time.monotonic()
                except RPCError:
                    pass  # busy, or between two runs
                await asyncio.wait([result], timeout=LOOK_EVERY)
            end = result.result()
            show(end)
            return end
    except (RPCError, WorkflowFailureError) as error:
        say(f"Không theo dõi được tiếp · cannot be followed further: {error}")
        return None
    finally:
        result.cancel()


@contextmanager
def _bar() -> Iterator[Callable[[ReprojectionProgress], None]]:
    """A bar on a terminal; elsewhere a line at the beginning and at the end."""
    words = "Tính lại các nhiệm vụ đang mở · open directives"
    if not err.is_terminal:
        say(words)
        last = ReprojectionProgress()

        def keep(progress: ReprojectionProgress) -> None:
            nonlocal last
            last = progress

        yield keep
        say(f"{last.done}/{last.total}")
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda progress: bar.update(task, completed=progress.done, total=progress.total or None)
