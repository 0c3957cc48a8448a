"""`dondoc audit witness` as another body runs it: a process of its own, killed and started again."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from audit.log.note import COSIGNATURE, SigningKey, VerifyingKey
from audit.witness.folder import KEY
from tests.audit.witness.sample_log import SampleLog
from tests.support.command_line import command, dondoc, environment_with

LOG = SampleLog()


@contextmanager
def running(state: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """A witness as a process, and its address."""
    words = ("audit", "witness", "--log", str(LOG.key.verifying), "--state", str(state), "--port", "0", "--json")
    with (state.parent / "witness.log").open("ab") as errors:
        process = subprocess.Popen(command(*words), stdout=subprocess.PIPE, stderr=errors, env=environment_with({}))
    assert process.stdout is not None
    try:
        told = b""
        while not told.endswith(b"}\n"):
            line = process.stdout.readline()
            assert line, (state.parent / "witness.log").read_text()
            told += line
        yield process, json.loads(told)["url"]
    finally:
        process.kill()
        process.wait(timeout=20)
        process.stdout.close()


def test_killed_between_two_checkpoints_it_forgets_nothing_it_signed(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running(state) as (process, url), httpx.Client(base_url=url) as client:
        for old in range(5):
            body = str(LOG.submission(old, old + 1))
            assert client.post("/add-checkpoint", content=body).status_code == 200
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
    with running(state) as (process, url), httpx.Client(base_url=url) as client:
        answer = client.post("/add-checkpoint", content=str(LOG.rewritten().submission(5, 5)))
        assert (answer.status_code, answer.text) == (409, "5\n")
        assert client.get("/status").json()["alarms"][0]["kind"] == "fork"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert '"event":"witness.alarm"' in (tmp_path / "witness.log").read_text().replace('": "', '":"')


def test_its_public_key_is_shown_and_stays_the_same(tmp_path: Path) -> None:
    words = ("audit", "witness", "--vkey", "--state", str(tmp_path / "state"))
    shown = dondoc(*words, "--name", "nhanchung.example").succeeded().out.strip()
    key = VerifyingKey.parse(shown)
    assert (key.name, key.algorithm) == ("nhanchung.example", COSIGNATURE)
    assert dondoc(*words, "--json").succeeded().json == {"witness": shown}
    assert dondoc("audit", "witness", "--vkey", "--data", str(tmp_path / "khac")).succeeded().out.strip() != shown
    (tmp_path / "state" / KEY).write_text("khong")
    dondoc(*words).ended(1, "not a private key")


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ((), 2, "--log"),
        (("--log", "khong"), 2, "not a public key"),
        (("--log", str(SigningKey.generate("x.example", COSIGNATURE).verifying)), 2, "witness"),
        (("--log", str(LOG.key.verifying), "--on-fork", "'"), 2, "--on-fork"),
        (("--log", str(LOG.key.verifying), "--on-fork", "khong-co-lenh-nay x"), 2, "khong-co-lenh-nay"),
        (("--log", str(LOG.key.verifying), "--alert-url", "cho.example"), 2, "--alert-url"),
        (("--log", str(LOG.key.verifying), "--name", "a b"), 1, "no spaces"),
        (("--log", str(LOG.key.verifying), "--host", "203.0.113.1"), 3, "203.0.113.1"),
        (("--log", str(LOG.key.verifying), "--port", "99999"), 2, "99999"),
    ],
)
def test_wrong_words_are_refused(tmp_path: Path, words: tuple[str, ...], code: int, reason: str) -> None:
    dondoc("audit", "witness", "--state", str(tmp_path), *words).ended(code, reason)
