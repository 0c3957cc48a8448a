"""The worker killed in the middle of a burst: started again, and every accepted command stands in the record exactly once."""

import asyncio
import os
import signal
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.acceptance.house import House
from tests.support.eventually import eventually
from tests.support.office import ISSUE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

DIRECTIVES, COMMENTS = 4, 30


async def test_every_command_is_answered_and_recorded_once(up: House) -> None:
    token = (await up.told("users", "token", "chu-tich", "--days", "1"))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{up.url}/api/v1", headers=headers, timeout=60) as leader:
        body = {"directives": [{**ISSUE, "title": f"Việc {number}"} for number in range(DIRECTIVES)]}
        issued = (await leader.post("/directives", json=body)).json()["items"]
        killed = up.processes()["worker.py"]
        given = [(directive["id"], str(uuid4())) for _ in range(COMMENTS) for directive in issued]
        kill_at = len(given) // 3
        answers: list[list[int]] = [[] for _ in given]

        async def give(number: int) -> None:
            directive, command_id = given[number]
            await asyncio.sleep(number * 0.02)
            if number == kill_at:
                os.kill(killed, signal.SIGKILL)

            async def accepted() -> bool:
                comment = {"text": f"Ý kiến {number}", "command_id": command_id}
                answer = await leader.post(f"/directives/{directive}/comment", json=comment)
                answers[number].append(answer.status_code)
                return answer.status_code == 200

            await eventually(accepted, seconds=90, every=0.5)

        await asyncio.gather(*[give(number) for number in range(len(given))])

        codes = Counter(code for one in answers for code in one)
        assert set(codes) <= {200, 503}, codes
        histories = [(await leader.get(f"/directives/{one['id']}/events")).json()["items"] for one in issued]

    recorded = Counter(event["command_id"] for history in histories for event in history[1:])
    assert recorded == Counter(command_id for _, command_id in given), "each once, and nothing beside them"
    for history in histories:
        assert [event["stream_version"] for event in history] == list(range(1, COMMENTS + 2))
    positions = sorted(event["global_position"] for history in histories for event in history)
    assert len(set(positions)) == len(positions)
    assert up.processes()["worker.py"] != killed
    assert "worker đã tắt (mã -9)" in up.err
    await _settled(up, issued)


async def _settled(up: House, issued: list[dict[str, Any]]) -> None:
    """The next command of each directive goes through at once: no execution is left stuck with the dead worker."""
    for directive in issued:
        await up.told("do", "acknowledge", directive["id"], "--as", "tp-noi-vu")
