"""Passwords: which are taken, and that checking them takes its turn and tells nothing."""

import asyncio
import threading
import unicodedata
from collections.abc import Iterator

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.problems import Problem
from api.signing.common_passwords import COMMON
from api.signing.passwords import LONGEST, MOST_WAITING, SHORTEST, WORKERS, Passwords, password_faults
from domain.text import fold
from tests.api.signing.conftest import PASSWORD, QUICK


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    """With quick hashes."""
    made = Passwords(QUICK)
    yield made
    made.close()


async def test_a_password_is_known_again_and_another_is_not(passwords: Passwords) -> None:
    hashed = await passwords.hashed(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert await passwords.hashed(PASSWORD) != hashed, "each has a salt of its own"
    assert await passwords.verify(PASSWORD, hashed) == (True, None)
    for other in (PASSWORD.upper(), PASSWORD + " ", "", "\x00", "\ud800", "x" * 100_000):
        assert await passwords.verify(other, hashed) == (False, None)


async def test_composed_or_not_it_is_the_same(passwords: Passwords) -> None:
    decomposed = unicodedata.normalize("NFD", PASSWORD)
    assert decomposed != PASSWORD
    assert (await passwords.verify(decomposed, await passwords.hashed(PASSWORD)))[0]
    assert (await passwords.verify(PASSWORD, await passwords.hashed(decomposed)))[0]


async def test_nobody_has_no_password(passwords: Passwords) -> None:
    for guess in (PASSWORD, "nobody", ""):
        assert await passwords.verify(guess, None) == (False, None)


async def test_nobody_is_checked_with_the_same_work(passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = await passwords.hashed(PASSWORD)
    seen: list[str] = []
    whole = passwords._hasher.verify_and_update

    def spied(password: bytes, stored: str) -> tuple[bool, str | None]:
        seen.append(stored)
        return whole(password, stored)

    monkeypatch.setattr(passwords._hasher, "verify_and_update", spied)
    await passwords.verify("x", hashed)
    await passwords.verify("x", None)
    await passwords.verify("y", None)
    known, nobody, nobody_again = (one.rpartition("$")[0].rpartition("$")[0] for one in seen)
    assert known == nobody == nobody_again, "the same parameters"
    assert seen[1] == seen[2]


async def test_a_hash_with_old_parameters_is_renewed_when_the_password_is_right() -> None:
    old = QUICK.hash(PASSWORD)
    passwords = Passwords(PasswordHash((Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1),)))
    assert await passwords.verify("wrong", old) == (False, None)
    right, renewed = await passwords.verify(PASSWORD, old)
    assert right
    assert renewed is not None
    assert "$m=16,t=2,p=1$" in renewed
    assert await passwords.verify(PASSWORD, renewed) == (True, None)
    passwords.close()


async def test_the_parameters_in_use_are_those_of_the_rfc() -> None:
    passwords = Passwords()
    hashed = await passwords.hashed(PASSWORD)
    passwords.close()
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$"), "RFC 9106, section 4: the second recommended option"


async def test_so_many_wait_and_no_more(passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    go, at_work, most = threading.Event(), 0, 0
    lock = threading.Lock()

    def slow(_password: bytes) -> str:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        go.wait(20)
        with lock:
            at_work -= 1
        return "$hash"

    monkeypatch.setattr(passwords._hasher, "hash", slow)
    under_way = [asyncio.create_task(passwords.hashed("x")) for _ in range(WORKERS + MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Problem) as refused:
        await passwords.hashed("x")
    assert (refused.value.status, refused.value.code) == (503, "sign_in_busy")
    assert int(refused.value.headers["Retry-After"]) > 0
    under_way[-1].cancel()
    go.set()
    done = await asyncio.gather(*under_way, return_exceptions=True)
    assert done[:-1] == ["$hash"] * (len(under_way) - 1)
    assert most <= WORKERS
    assert await passwords.hashed("x") == "$hash", "the next may come"


@pytest.mark.parametrize(
    "taken",
    [
        PASSWORD,
        "correct horse battery",
        "a1" + "bcdefghi",
        "x y z w q r",
        "Ở đây có 10",
        "đ" * 7 + "abc",
        "🌧🌧🌧🌧🌧🌧🌧mưa",
        "abcd" * 50,
    ],
)
def test_these_are_taken(taken: str) -> None:
    assert password_faults(taken, "tp-nv") == ()


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ("", "at least 10"),
        ("abcdefghi", "at least 10"),
        (unicodedata.normalize("NFD", "ế" * 3 + "abcdef"), "at least 10"),
        ("abcd" * 50 + "e", "more than 200"),
        ("chanh-van-phong", "is the username"),
        ("Chanh-Van-Phong", "is the username"),
        ("password123", "too easy"),
        ("PassWord123", "too easy"),
        ("mật khẩu 123", "too easy"),
        ("1234567890", "too easy"),
        ("aaaaaaaaaaaa", "too easy"),
        ("ababababababab", "too easy"),
        ("          ", "too easy"),
    ],
)
def test_these_are_not(refused: str, said: str) -> None:
    faults = password_faults(refused, "chanh-van-phong")
    assert any(said in english for _, english in faults), faults
    assert all(vietnamese and vietnamese != english for vietnamese, english in faults)


def test_the_list_holds_only_what_could_be_taken_otherwise() -> None:
    for one in COMMON:
        assert SHORTEST <= len(one) <= LONGEST, one
        assert one == fold(one).replace(" ", "")
