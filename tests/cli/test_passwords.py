"""`dondoc users password`: typed, piped or made up; kept as a hash, and everyone signed in with the old one is out."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from api.signing.passwords import Passwords, password_faults, readable_password
from console.common import out
from console.demo import DISTRICT, SHOWN_SIGN_INS, _show_sign_ins, _sign_ins, load_district
from storage.passwords import password_of
from storage.pool import Pool
from storage.sessions import open_session, sessions_of
from storage.tokens import user_of
from tests.api.traces import tables_with
from tests.support.command_line import Outcome, command, dondoc, environment_with

pytestmark = pytest.mark.usefixtures("on_database")

PASSWORD = "mưa rơi trên phố"
READABLE = re.compile(r"([bcdghklmnprstvx][aeiou]){2}(-([bcdghklmnprstvx][aeiou]){2}){3}")
TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
"""Runs a command on a terminal of its own, in between two pipes."""


async def told(*words: str, stdin: str = "") -> Outcome:
    return await asyncio.to_thread(dondoc, "users", "password", *words, stdin=stdin.encode())


async def opens(pool: Pool, username: str, password: str) -> bool:
    stored = await password_of(pool, username)
    with closing(Passwords()) as passwords:
        right, _ = await passwords.verify(password, stored.hash if stored else None)
    return right


async def test_one_line_of_standard_input_is_the_password(pool: Pool, database_url: str) -> None:
    (await told("tp-nv", "--stdin", stdin=f"{PASSWORD}\r\nmore\n")).succeeded()
    assert await opens(pool, "tp-nv", PASSWORD)
    stored = await password_of(pool, "tp-nv")
    assert stored is not None
    assert not stored.must_change
    assert await tables_with(database_url, PASSWORD) == []


async def test_one_is_made_up_and_shown_once_and_must_be_changed(pool: Pool, database_url: str) -> None:
    made = (await told("tp-nv", "--generate")).succeeded()
    password = made.out.strip()
    assert made.out == f"{password}\n", "nothing else, so that a script can take it"
    assert READABLE.fullmatch(password)
    assert await opens(pool, "tp-nv", password)
    stored = await password_of(pool, "tp-nv")
    assert stored is not None
    assert stored.must_change
    assert await tables_with(database_url, password) == []


async def test_for_machines_it_says_what_became_of_it(pool: Pool) -> None:
    for _ in range(2):
        await open_session(pool, "tp-nv", "", idle=timedelta(hours=1), lasts=timedelta(hours=1))
    await open_session(pool, "cv-nv", "", idle=timedelta(hours=1), lasts=timedelta(hours=1))
    made = (await told("tp-nv", "--generate", "--json")).succeeded().json
    assert READABLE.fullmatch(made.pop("password"))
    assert made == {"username": "tp-nv", "must_change": True, "sessions_ended": 2}
    assert await sessions_of(pool, "tp-nv") == []
    assert len(await sessions_of(pool, "cv-nv")) == 1
    made = (await told("tp-nv", "--stdin", "--json", stdin=PASSWORD)).succeeded().json
    assert made == {"username": "tp-nv", "must_change": False, "sessions_ended": 0}


@pytest.mark.parametrize(
    ("words", "stdin", "code", "said"),
    [
        (("nobody-here", "--stdin"), PASSWORD, 1, "There is no user nobody-here"),
        (("tp-nv", "--stdin"), "ngắn", 1, "needs at least 10 characters"),
        (("tp-nv", "--stdin"), "x" * 5000, 1, "more than 200 characters"),
        (("tp-nv", "--stdin"), "\n", 1, "needs at least 10 characters"),
        (("tp-nv", "--stdin"), "", 2, "no line on standard input"),
        (("tp-nv", "--stdin", "--generate"), PASSWORD, 2, "Choose one"),
        (("tp-nv",), PASSWORD, 2, "no terminal"),
        ((), "", 2, ""),
    ],
)
async def test_what_cannot_be_is_refused(pool: Pool, words: tuple[str, ...], stdin: str, code: int, said: str) -> None:
    outcome = (await told(*words, stdin=stdin)).ended(code, said)
    assert PASSWORD not in outcome.err + outcome.out
    assert await pool.fetchval("select count(*) from passwords") == 0


async def test_standard_input_that_is_no_text_is_refused() -> None:
    (await asyncio.to_thread(dondoc, "users", "password", "tp-nv", "--stdin", stdin=b"\xff" * 20)).ended(2, "UTF-8")


@contextmanager
def terminal(database_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", TERMINAL, *command("users", "password", "tp-nv")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment_with({"DONDOC_DATABASE_URL": database_url, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such terminals")
@pytest.mark.parametrize(("again", "code"), [(PASSWORD, 0), ("khác hẳn câu trước", 1)])
async def test_on_a_terminal_it_is_asked_for_twice_and_not_shown(
    pool: Pool, database_url: str, again: str, code: int
) -> None:
    def typed() -> tuple[int, str]:
        shown = b""
        with terminal(database_url) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for prompt, line in ((b"new password: ", PASSWORD), (b"once more: ", again)):
                while prompt not in shown:
                    piece = process.stdout.read1(1000)  # type: ignore[attr-defined]  # a buffered pipe has it
                    assert piece, shown
                    shown += piece
                process.stdin.write(line.encode() + b"\n")
                process.stdin.flush()
            shown += process.stdout.read()
            return process.wait(20), shown.decode()

    ended, shown = await asyncio.to_thread(typed)
    assert ended == code, shown
    assert PASSWORD not in shown
    assert again not in shown
    assert await opens(pool, "tp-nv", PASSWORD) is (code == 0)


def test_passwords_that_are_made_up_are_all_different_and_taken() -> None:
    made = {readable_password() for _ in range(500)}
    assert len(made) == 500
    assert all(READABLE.fullmatch(one) and password_faults(one, "tp-nv") == () for one in made)


async def test_the_demo_gives_the_people_it_shows_new_passwords_and_shows_them_whole(
    pool: Pool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await load_district(pool, DISTRICT)
    _, before = await _sign_ins(pool)
    tokens, passwords = await _sign_ins(pool)
    assert {*tokens} == {*passwords} == {*SHOWN_SIGN_INS}
    assert not {*before.values()} & {*passwords.values()}
    assert await pool.fetchval("select count(*) from passwords") == len(SHOWN_SIGN_INS)
    assert await opens(pool, "chu-tich", passwords["chu-tich"])
    assert not await opens(pool, "chu-tich", before["chu-tich"])
    for columns in (80, 200):
        monkeypatch.setattr(out, "width", columns)
        capsys.readouterr()
        await _show_sign_ins(pool, tokens, passwords)
        lines = capsys.readouterr().out.splitlines()
        for user in SHOWN_SIGN_INS:
            (line,) = [one for one in lines if one.split()[:1] == [user]]
            assert line.split()[-2:] == [passwords[user], tokens[user]]
            found = await user_of(pool, tokens[user])
            assert found is not None
            assert found[0] == user
