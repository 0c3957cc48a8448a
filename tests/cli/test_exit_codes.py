"""0 success, 1 refused, 2 usage, 3 unavailable; what went wrong is on stderr, in words, and stdout stays clean."""

import subprocess
from pathlib import Path

import pytest

from embedded.postgres import EmbeddedPostgres
from embedded.temporal import free_port
from tests.support.command_line import command, dondoc, dondoc_process, environment_with


@pytest.mark.parametrize(
    "words",
    [
        ("nothing-of-the-kind",),
        ("list", "--bogus"),
        ("list", "--limit", "many"),
        ("list", "--status", "asleep"),
        ("show",),
        ("do", "acknowledge"),
        ("users", "add", "a"),
    ],
    ids=" ".join,
)
def test_wrong_words_end_with_2(words: tuple[str, ...]) -> None:
    wrong = dondoc(*words).ended(2)
    assert wrong.out == ""
    assert wrong.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("do", "shrug", "2026/0001"), "There is no command shrug"),
        (("do", "comment", "2026/0001", "text"), "not of the form field=value"),
        (("do", "change-deadline", "2026/0001", "deadline=x", "deadline.at=y"), "contradicts a field before it"),
        (("show", "2026/0001", "--at", "yesterday"), "Not an instant: yesterday"),
        (("show", "2026/0001", "--at", "2026-01-01", "--version", "1"), "Give either --at or --version"),
        (("issue", "no-such-file.yaml", "--as", "chu-tich"), "cannot read it"),
        (("users", "add", "a", "A", "--unit", "VP", "--role", "king"), "There is no role king"),
        (("users", "token", "a", "--days", "0"), "must be 1 to"),
        (("users", "token", "a", "--days", "99999999999"), "must be 1 to"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_words_that_contradict_themselves_end_with_2_and_say_how(words: tuple[str, ...], said: str) -> None:
    assert dondoc(*words).ended(2, said).out == ""


@pytest.mark.usefixtures("on_database")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "2026/9999"), "There is no directive 2026/9999"),
        (("replay", "d6b2fd20-e2a4-46a8-bb1d-a7a1f0d2b6a1"), "There is no directive"),
        (("users", "token", "nobody"), "There is no user nobody"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_not_there_ends_with_1(words: tuple[str, ...], said: str) -> None:
    assert dondoc(*words).ended(1, said).out == ""


def test_nothing_running_ends_with_3_and_says_what_to_start(tmp_path: Path) -> None:
    away = dondoc("do", "accept", "2026/0001", "--token", "dd_x", "--data", str(tmp_path))
    away.ended(3, "Nothing runs on the folder", "dondoc up")


def test_an_address_where_nobody_listens_ends_with_3_at_once() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    dondoc("do", "accept", "2026/0001", "--token", "dd_x", "--url", url).ended(3, "cannot reach it", "dondoc doctor")


@pytest.mark.parametrize("place", ["127.0.0.1:1/x", "/x?host=/no/such/folder"])
def test_a_database_that_is_away_ends_with_3(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", f"postgresql://dondoc@{place}")
    dondoc("list").ended(3, "cannot reach what is needed", "dondoc doctor")


def test_a_database_that_is_not_ours_yet_ends_with_3_and_names_migrate(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", postgres.maintenance_url)
    dondoc("list").ended(3, "dondoc migrate")


def test_a_login_that_is_refused_ends_with_3(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", postgres.url.replace("postgres:", "stranger:", 1))
    dondoc("list").ended(3, 'role "stranger" does not exist')


@pytest.mark.parametrize(("name", "value"), [("DONDOC_PORT", "http"), ("DONDOC_LOG_LEVEL", "CHATTY")])
def test_a_wrong_environment_ends_with_2_and_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    dondoc("doctor").ended(2, name)


@pytest.mark.parametrize("program", ["worker", "api"])
def test_a_program_with_no_database_to_work_on_ends_with_2(tmp_path: Path, program: str) -> None:
    dondoc(program, "--data", str(tmp_path)).ended(2, "DONDOC_DATABASE_URL is not set", "dondoc up")


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["table", "json"])
def test_a_reader_that_has_seen_enough_is_no_failure(on_database: str, options: list[str]) -> None:
    line = f"set -o pipefail; {' '.join(command('users', 'list', *options))} | true"
    environment = environment_with({"DONDOC_DATABASE_URL": on_database})
    done = subprocess.run(["bash", "-c", line], env=environment, capture_output=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, b"")


def test_results_are_utf8_whatever_the_locale_says(on_database: str) -> None:
    environment = {"DONDOC_DATABASE_URL": on_database, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    told = dondoc_process("units", "list", environment=environment)
    assert "Phòng Nội vụ" in told.succeeded().out
