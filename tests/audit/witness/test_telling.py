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
from audit.witness.store import Store
from audit.witness.telling import AT_ONCE, TRIES, Listener, Teller
from tests.audit.witness.sample_log import SampleLog
from tests.audit.witness.serving import Served, listening, witness
from tests.support.eventually import eventually

LOG = SampleLog()
TWIN = LOG.rewritten()


class Hook:
    """Takes what is posted, after it has failed so often; it answers only while it is open."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.heard: list[dict[str, object]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def take(self, request: Request) -> Response:
        if self.failures:
            self.failures -= 1
            return Response(status_code=500)
        self.heard.append(json.loads(await request.body()))
        await self.open.wait()
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
        await eventually(lambda: _async(one.store.alarms(9) and not one.store.untold()))
        assert [(heard["kind"], heard["size"]) for heard in hook.heard] == [("fork", 5)]


async def test_a_command_gets_the_notes(tmp_path: Path) -> None:
    target, script = tmp_path / "told.txt", tmp_path / "tell.py"
    script.write_text(f"import sys; open({str(target)!r}, 'a').write(sys.argv[1] + chr(10) + sys.stdin.read())")
    listener = Listener(command=f"'{sys.executable}' '{script}'")
    async with witness(tmp_path / "state", [LOG.key.verifying], listener) as one:
        await forked(one)
        await eventually(lambda: _async(one.store.alarms(9) and not one.store.untold()))
    text = target.read_text()
    assert text.startswith("fork-5-")
    assert str(LOG.checkpoint(5).note) in text
    assert str(LOG.rewritten().checkpoint(5).note) in text


@pytest.mark.parametrize("command", ["false", "/khong/co/lenh"])
async def test_nobody_listens_for_ever_and_the_next_start_tries_again(tmp_path: Path, command: str) -> None:
    async with witness(tmp_path, [LOG.key.verifying], Listener(command=command)) as one:
        await forked(one)
        assert one.store.untold() is not None
        await one.cosigns(LOG.submission(5, 6))
    hook = Hook()
    async with listening(hook.application) as url, witness(tmp_path, [LOG.key.verifying], Listener(url=url)) as again:
        await eventually(lambda: _async(not again.store.untold()))
        assert len(hook.heard) == 1


def fork(size: int) -> Alarm:
    return Alarm.of(Kind.FORK, "hai gốc", TWIN.checkpoint(size), LOG.checkpoint(size), datetime.now(UTC))


async def test_tries_are_bounded_and_what_failed_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.witness.telling.AT_ONCE", 1)
    hook, store = Hook(failures=TRIES), Store(tmp_path)
    for size in (5, 6):
        store.raise_alarm(fork(size))
    async with listening(hook.application) as url, asyncio.timeout(20):
        teller = Teller(Listener(url=url), store, first_wait=0.001)
        teller.tell()
        await asyncio.gather(*teller._running)
    assert (hook.failures, [heard["size"] for heard in hook.heard]) == (0, [6])
    left = store.untold()
    assert left is not None
    assert left[1].size == 5, "told at the next start"
    store.close()


async def test_however_many_alarms_there_are_few_are_in_memory_and_each_is_told_once(tmp_path: Path) -> None:
    hook, store, sizes = Hook(), Store(tmp_path), range(5, 5 + 3 * AT_ONCE)
    async with listening(hook.application) as url, asyncio.timeout(20):
        teller = Teller(Listener(url=url), store)
        hook.open.clear()
        for size in sizes:
            store.raise_alarm(fork(size))
            teller.tell()
        await eventually(lambda: _async(len(hook.heard) == AT_ONCE))
        assert len(teller._running) == AT_ONCE
        hook.open.set()
        await eventually(lambda: _async(not store.untold()))
    assert sorted(str(heard["size"]) for heard in hook.heard) == sorted(map(str, sizes))
    store.close()


async def _async(value: object) -> object:
    return value
