"""How a command tells that work goes on, and how it is told to stop."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from io import StringIO

import pytest
from rich.console import Console

from console import common, progress
from console.until import SIGNALS, until_told


def screen(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> StringIO:
    written = StringIO()
    console = Console(file=written, force_terminal=terminal, width=80, stderr=True)
    for module in (common, progress):
        monkeypatch.setattr(module, "err", console)
    return written


def test_elsewhere_than_on_a_terminal_a_step_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    written = screen(monkeypatch, terminal=False)
    with progress.steps(2) as tell:
        tell("Một [1/2]")
        tell("Hai " + "rất dài " * 20)
    tell("sau đó")
    assert written.getvalue() == f"· Một [1/2]\n· Hai {'rất dài ' * 20}\n· sau đó\n"


@pytest.mark.parametrize("count", [2, None])
def test_on_a_terminal_there_is_a_bar_as_well_until_the_end(monkeypatch: pytest.MonkeyPatch, count: int | None) -> None:
    written = screen(monkeypatch, terminal=True)
    with progress.steps(count) as tell:
        tell("Một [1/2]")
        tell("Hai")
    tell("sau đó")
    shown = written.getvalue()
    assert "━" in shown
    assert "Một [1/2]" in shown
    assert shown.endswith("sau đó\n")


def test_on_a_terminal_a_transfer_has_a_bar_elsewhere_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for terminal in (False, True):
        written = screen(monkeypatch, terminal=terminal)
        with progress.transferred("Gửi [1].pdf", 2_000_000) as through:
            through(1_000_000)
            through(1_000_000)
        assert "Gửi [1].pdf" in written.getvalue()
        assert ("2.0/2.0 MB" in written.getvalue()) is terminal


@pytest.fixture
async def signals_given_back() -> AsyncIterator[None]:
    """The handlers that the test runner has."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        asyncio.get_running_loop().remove_signal_handler(number)
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals_given_back")
@pytest.mark.parametrize("number", SIGNALS)
async def test_told_to_stop_work_may_clean_up_and_is_not_hurried(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    written = screen(monkeypatch, terminal=False)
    cleaned = asyncio.Event()

    async def work() -> str:
        try:
            os.kill(os.getpid(), number)
            await asyncio.Event().wait()
        finally:
            os.kill(os.getpid(), number)  # somebody impatient
            await asyncio.sleep(0.05)
            cleaned.set()
        return "never"

    assert await until_told(work()) is None
    assert cleaned.is_set()
    assert "please wait" in written.getvalue()


@pytest.mark.usefixtures("signals_given_back")
async def test_work_that_is_not_told_to_stop_has_its_result_or_its_error() -> None:
    async def good() -> int:
        return 7

    async def bad() -> int:
        raise ValueError("seven")

    assert await until_told(good()) == 7
    with pytest.raises(ValueError, match="seven"):
        await until_told(bad())
