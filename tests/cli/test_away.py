"""A system that is away for a moment: the same command again under the same key, within limits; then exit 3."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from console import client
from tests.support.command_line import Outcome, dondoc

STATE = {
    "code": "2026/0001",
    "title": "Một việc",
    "phase": "in_progress",
    "timeliness": "in_time",
    "due_at": None,
    "progress_percent": 0,
    "version": 2,
}
BUSY = {"code": "still_working", "detail": "chưa xong"}


@dataclass
class Scripted:
    """Answers one after the other as the script says (0: hangs up without an answer), the last one for ever."""

    script: list[tuple[int, Any]]
    url: str = ""
    keys: list[str] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.keys.append(request.headers["Idempotency-Key"])
        request.rfile.read(int(request.headers["Content-Length"]))
        status, body = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if status == 0:
            request.close_connection = True
            return
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(content)))
        request.send_header("Retry-After", "0")
        request.end_headers()
        request.wfile.write(content)


@contextmanager
def served(*script: tuple[int, Any]) -> Iterator[Scripted]:
    scripted = Scripted(list(script))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            scripted.answer(self)

        def log_message(self, *words: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        scripted.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield scripted
        finally:
            server.shutdown()
            thread.join()


def acknowledge(at: Scripted, *options: str) -> Outcome:
    return dondoc("do", "acknowledge", "2026/0001", "--token", "dd_x", "--url", at.url, *options)


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE", 0.3)
    monkeypatch.setattr(client, "PAUSE", 0.01)


def test_a_busy_system_is_asked_again_under_the_same_key() -> None:
    with served((503, BUSY), (0, None), (503, BUSY), (200, STATE)) as system:
        told = acknowledge(system).succeeded()
    assert "trying again" in told.err
    assert "Một việc" in told.out
    assert len(system.keys) == 4
    assert len(set(system.keys)) == 1


@pytest.mark.parametrize("last", [(503, BUSY), (0, None)], ids=["busy", "hangs up"])
def test_one_that_stays_away_ends_with_3_and_the_key_to_repeat_with(last: tuple[int, Any]) -> None:
    with served(last) as system:
        away = acknowledge(system).ended(3)
    assert f"--key {system.keys[0]}" in away.err
    assert len(set(system.keys)) == 1


def test_a_chosen_key_is_sent() -> None:
    with served((200, STATE)) as system:
        acknowledge(system, "--key", "sang-nay-1").succeeded()
    assert system.keys == ["sang-nay-1"]


@pytest.mark.parametrize(
    ("status", "body", "code", "said"),
    [
        (500, {"code": "internal_error", "detail": "lỗi"}, 3, "[internal_error]"),
        (502, b"<html>bad gateway</html>", 3, "[http_502]"),
        (404, b'"nothing"', 1, "[http_404]"),
        (409, {"code": "not_possible_now", "detail": "không thể"}, 1, "[not_possible_now]"),
    ],
)
def test_other_answers_are_not_repeated(status: int, body: Any, code: int, said: str) -> None:
    with served((status, body)) as system:
        assert acknowledge(system, "--json").ended(code, said).json
    assert len(system.keys) == 1
