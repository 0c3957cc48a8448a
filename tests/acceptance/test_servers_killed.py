"""PostgreSQL and Temporal killed under a running `up`: started again, nothing lost, and commands go on."""

import os
import signal

import pytest
import yaml

from tests.acceptance.house import House
from tests.support.office import ISSUE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_both_are_started_again_and_the_next_command_goes_through(up: House) -> None:
    file = up.data.with_suffix(".yaml")
    file.write_text(yaml.safe_dump(ISSUE, allow_unicode=True), encoding="utf-8")
    (directive,) = await up.told("issue", str(file), "--as", "chu-tich")
    token = (await up.told("users", "token", "tp-noi-vu", "--days", "1"))["token"]
    before = up.processes()
    for name in ("postgres", "temporal"):
        os.kill(before[name], signal.SIGKILL)

    # The command itself waits for the system to come back, and asks again under the same key.
    given = await up.run("do", "acknowledge", directive["code"], "--token", token, "--json")
    assert given.succeeded().json["version"] == 2

    after = up.processes()
    for name in ("postgres", "temporal"):
        assert after[name] != before[name]
    for line in ("PostgreSQL ended, starting it again", "temporal đã tắt (mã -9)"):
        assert line in up.err
    assert [step["type"] for step in await up.told("replay", directive["code"])] == [
        "DirectiveIssued",
        "DirectiveAcknowledged",
    ]
    found = {finding["what"]: finding["state"] for finding in await up.told("doctor")}
    assert "bad" not in found.values()
