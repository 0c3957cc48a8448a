"""`dondoc up` ended and started again on its folder: in order, killed outright, and with Temporal's store lost."""

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from console.demo import load_district
from domain.instants import rfc3339
from storage.pool import open_pool
from tests.acceptance.conftest import DISTRICT
from tests.acceptance.house import House
from tests.support.eventually import eventually
from tests.support.office import ISSUE
from tests.support.processes import is_running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A folder with the sample district and the demo's policy, whose reminders and escalations count in seconds."""
    one = House(
        tmp_path_factory.mktemp("house") / "data", environment={"DONDOC_TEMPORAL_UI": "false"}, command=("up", "--json")
    )
    try:
        await one.start()
        pool = await open_pool(json.loads((one.data / "run.json").read_text())["database_url"], size=1)
        await load_district(pool, DISTRICT)
        await pool.close()
        yield one
    finally:
        await one.clear_away()


async def issue(house: House, within: float) -> dict[str, Any]:
    """A directive whose deadline is so many seconds away."""
    due = datetime.now(UTC) + timedelta(seconds=within)
    file = house.data.with_suffix(".yaml")
    body = {**ISSUE, "deadline": {"at": due.isoformat()}, "policy": "trinh-dien"}
    file.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    (state,) = await house.told("issue", str(file), "--as", "chu-tich")
    assert state["due_at"] == rfc3339(due)
    return dict(state)


async def acknowledge(house: House, directive: dict[str, Any]) -> dict[str, Any]:
    return dict(await house.told("do", "acknowledge", directive["code"], "--as", "tp-noi-vu"))


async def missed(house: House, directive: dict[str, Any]) -> dict[str, Any]:
    """The event that its deadline was missed, once it is there; with the exact instant, however late it was noticed."""

    async def look() -> dict[str, Any] | None:
        history = await house.told("replay", directive["code"])
        return next((step for step in history if step["type"] == "DeadlineMissed"), None)

    found = await eventually(look, seconds=60, every=0.5)
    assert found is not None
    assert found["data"]["due_at"] == directive["due_at"]
    assert found["occurred_at"] >= directive["due_at"]
    return found


async def test_ctrl_c_ends_every_process_and_a_new_start_goes_on_where_it_was(house: House) -> None:
    await house.start()
    assert json.loads(house.out) == json.loads((house.data / "run.json").read_text()), "with --json, for machines"
    late = await issue(house, within=9)
    before = await house.told("replay", late["code"])
    pids = house.processes()
    assert set(pids) == {"postgres", "temporal", "worker.py", "cli.py api"}

    assert await house.stop(signal.SIGINT) == 0

    assert "stopping" in house.err
    assert {name for name, pid in pids.items() if is_running(pid)} == set()
    assert not (house.data / "run.json").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", house.port)) != 0
    assert house.log("worker")[-1]["event"] == "worker.stopped", "it finished what it had begun"

    # The record is read with nothing running, and nothing is left running by that.
    assert await house.told("replay", late["code"]) == before
    assert (await house.told("show", late["code"]))["version"] == before[-1]["stream_version"]
    assert late["id"] in [item["id"] for item in (await house.told("list"))["items"]]
    assert not (house.data / "postgres" / "postmaster.pid").exists()

    await house.start()
    event = await missed(house, late)
    assert event["actor"]["user"] == "system"
    assert (await acknowledge(house, late))["phase"] == "in_progress"


async def test_killed_outright_it_is_cleared_up_by_the_next_start(house: House) -> None:
    await house.start()
    directive = await issue(house, within=3600)
    left = house.processes()

    assert await house.stop(signal.SIGKILL) == -signal.SIGKILL
    assert {name for name, pid in left.items() if not is_running(pid)} == set(), "they outlive it"
    (await house.run("do", "acknowledge", directive["code"], "--as", "tp-noi-vu")).ended(
        3, "Nothing runs on the folder"
    )

    await house.start()
    for name in ("temporal", "worker.py", "cli.py api"):
        assert not is_running(left[name]), name
        assert f"{left[name]} · ended a process left over" in house.err
    assert (await acknowledge(house, directive))["version"] == 2


async def test_with_temporals_store_lost_the_directive_starts_again_from_the_record(house: House) -> None:
    await house.start()
    directive = await issue(house, within=11)
    assert await house.stop(signal.SIGTERM) == 0
    for file in house.data.glob("temporal.db*"):
        file.unlink()

    await house.start()
    assert (await acknowledge(house, directive))["phase"] == "in_progress"
    # By the worker's first look, or by the command if that came before it.
    taken_up = [line["count"] for line in house.log("worker") if line["event"] == "directives.taken_up"]
    by_command = [line["directive_id"] for line in house.log("api") if line["event"] == "directive.restarted"]
    assert sum(taken_up) or directive["id"] in by_command, "the house holds others too"
    await missed(house, directive)  # its timer runs again too


@pytest.mark.parametrize(("command", "code"), [("up", 0), ("demo", 130)])
async def test_ctrl_c_while_it_starts_leaves_nothing(tmp_path: Path, command: str, code: int) -> None:
    house = House(tmp_path / "data", command=(command,))
    starting = asyncio.create_task(house.start())

    async def underway() -> bool:
        return (house.data / "processes.json").exists()

    await eventually(underway, seconds=60)
    pids = [pid for pid, _ in json.loads((house.data / "processes.json").read_text())]
    assert house.process is not None
    house.process.send_signal(signal.SIGINT)
    assert await house.stop(signal.SIGINT) == code, "also when asked twice"
    starting.cancel()
    assert not any(is_running(pid) for pid in pids)
    assert not (house.data / "postgres" / "postmaster.pid").exists()
    assert house.out == ""
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(house.url)
