"""The way to Temporal, wherever it is: the configured server, or that of the group that runs on the data folder."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from console.common import UNAVAILABLE_EXIT, fail
from embedded import temporal
from embedded.running import running_at
from workflows.converter import DATA_CONVERTER

CONNECT_SECONDS = 15.0


@asynccontextmanager
async def engine(data: Path) -> AsyncIterator[Client]:
    """A client for the block; ends with 3 when there is no server, or when it goes away meanwhile."""
    running = running_at(data)
    config = ClientConfig.load_client_connect_config()
    if "target_host" not in config:
        if running is None:
            fail(
                UNAVAILABLE_EXIT,
                f"Chưa cấu hình Temporal, và không có gì chạy với thư mục {data}. "
                f"· No Temporal is configured, and nothing runs on the folder {data}.",
                "TEMPORAL_ADDRESS, hoặc · or: dondoc up",
            )
        environment = {
            "TEMPORAL_NAMESPACE": temporal.NAMESPACE,
            **os.environ,
            "TEMPORAL_ADDRESS": running.temporal_address,
        }
        config = ClientConfig.load_client_connect_config(override_env_vars=environment)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            client = await Client.connect(**config, data_converter=DATA_CONVERTER)
    except (RuntimeError, TimeoutError) as error:
        _away(config.get("target_host", ""), str(error) or "timeout")
    try:
        yield client
    except RPCError as error:
        _away(config.get("target_host", ""), error.message)


def _away(address: str, why: str) -> NoReturn:
    fail(
        UNAVAILABLE_EXIT,
        f"Không kết nối được Temporal tại {address} · Temporal does not answer: {why}",
        "Xem · see: dondoc doctor",
    )
