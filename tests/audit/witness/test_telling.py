"""People are told of an alarm: once, whatever it takes, and in the end not for ever."""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from audit.witness.alarm import Alarm
from audit.witness.rules import Kind
from audit.witness.telling import TRIES, Listener, Teller
from tests.audit.witness.sample_log import SampleLog
from tests.audit.witness.serving import Served, listening, witness
from tests.support.eventually import eventually

LOG = SampleLog()


class Hook:
    """Takes what is posted, after it has failed so often."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.heard: list[dict[str, object]] = []

    async def take(self, request: Request) -> Response:
        if self.failures:
            self.failures -= 1
            return Response(status_code=500)
        self.heard.append(json.loads(await request.body()))
        return Response()

    @property
    def application(self) -> Starlette:
        return Starlette(routes=[Route("/", self.take, methods=["POST"])])


async def forked(one: Served) -> None:
    await one.give(LOG.submission(0, 5))
    assert (await one.refuses(LOG.rewritten().submission(5, 5)))[0] == 409


async def test_an_address_is_called_once_even_if_it_fails_at_first(tmp_path: Path) -> None:
    hook = Hook(failures=2)
    async with listening(hook.application) as url, witness(tmp_path, [LOG.key.verifying], Listener(url=url)) as one:
        await forked(one)
        await forked(one)
        await eventually(lambda: _async(one.store.alarms(9) and not one.store.alarms(9, untold=True)))
        assert [(heard["kind"], heard["size"]) for heard in hook.heard] == [("fork", 5)]


async def test_a_command_gets_the_notes(tmp_path: Path) -> None:
    target, script = tmp_path / "told.txt", tmp_path / "tell.py"
    script.write_text(f"import sys; open({str(target)!r}, 'a').write(sys.argv[1] + chr(10) + sys.stdin.read())")
    listener = Listener(command=f"'{sys.executable}' '{script}'")
    async with witness(tmp_path / "state", [LOG.key.verifying], listener) as one:
        await forked(one)
        await eventually(lambda: _async(not one.store.alarms(9, untold=True)))
    text = target.read_text()
    assert text.startswith("fork-5-")
    assert str(LOG.checkpoint(5).note) in text
    assert str(LOG.rewritten().checkpoint(5).note) in text


@pytest.mark.parametrize("command", ["false", "/khong/co/lenh"])
async def test_nobody_listens_for_ever_and_the_next_start_tries_again(tmp_path: Path, command: str) -> None:
    async with witness(tmp_path, [LOG.key.verifying], Listener(command=command)) as one:
        await forked(one)
        assert len(one.store.alarms(9, untold=True)) == 1
        await one.cosigns(LOG.submission(5, 6))
    hook = Hook()
    async with listening(hook.application) as url, witness(tmp_path, [LOG.key.verifying], Listener(url=url)) as again:
        await eventually(lambda: _async(not again.store.alarms(9, untold=True)))
        assert len(hook.heard) == 1


async def test_tries_are_bounded(tmp_path: Path) -> None:
    hook, told = Hook(failures=100), list[Alarm]()
    log = SampleLog()
    alarm = Alarm.of(Kind.FORK, "hai gốc", log.rewritten().checkpoint(5), log.checkpoint(5), datetime.now(UTC))
    async with listening(hook.application) as url, asyncio.timeout(20):
        teller = Teller(Listener(url=url), told.append, first_wait=0.001)
        await teller.tell(alarm)
        await asyncio.gather(*teller._running)
    assert (hook.failures, told) == (100 - TRIES, [])


async def _async(value: object) -> object:
    return value
