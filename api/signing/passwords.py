"""Passwords: which are taken, and their argon2id hashes, made in a few threads so that everything else goes on meanwhile."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash

from api.language import Words
from api.problems import Problem
from api.signing.common_passwords import COMMON
from domain.text import compose, fold

WORKERS = 2
"""A hash takes 64 MiB and some 50 ms of a processor (RFC 9106, section 4, second choice): more at once would starve the rest."""
MOST_WAITING = 20
"""Whoever comes when so many wait is told to try again: a second's work lies before them."""
RETRY_AFTER = {"Retry-After": "2"}
SHORTEST, LONGEST = 10, 200
"""Characters of a password. The upper end bounds work, and leaves room for a sentence."""
FEWEST_DIFFERENT = 4
_CONSONANTS, _VOWELS = "bcdghklmnprstvx", "aeiou"
_GROUPS = 4

T = TypeVar("T")


class Passwords:
    """Checks and makes hashes. `hasher` says with which parameters; hashes with others are still understood."""

    def __init__(self, hasher: PasswordHash | None = None) -> None:
        self._hasher = hasher or PasswordHash.recommended()
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="password")
        self._under_way = 0
        self._nobodys = ""

    async def verify(self, password: str, hash: str | None) -> tuple[bool, str | None]:  # noqa: A002 - the word for it
        """Whether this is the password behind `hash`; and a new hash of it, if today's parameters are others.

        None is nobody's hash: never right, and it takes as long as any other. Problem 503 `sign_in_busy` when too many wait.
        """
        return await self._in_turn(lambda: self._verify(_bytes(password), hash))

    async def hashed(self, password: str) -> str:
        """A hash of the password, with a salt of its own. Problem 503 `sign_in_busy` when too many wait."""
        return await self._in_turn(lambda: self._hasher.hash(_bytes(password)))

    def close(self) -> None:
        """Stop the threads; what waits is not done any more."""
        self._threads.shutdown(cancel_futures=True)

    def _verify(self, password: bytes, stored: str | None) -> tuple[bool, str | None]:
        # Made at the first check of all, whoever that is for: later it would tell which one is for nobody.
        self._nobodys = self._nobodys or self._hasher.hash("nobody")
        right, renewed = self._hasher.verify_and_update(password, stored or self._nobodys)
        return (right, renewed) if stored else (False, None)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._under_way >= WORKERS + MOST_WAITING:
            raise Problem(503, "sign_in_busy", headers=RETRY_AFTER)
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._under_way -= 1


def password_faults(password: str, username: str) -> tuple[Words, ...]:
    """Why `password` is not taken as a new one of `username`; empty if it is.

    After NIST SP 800-63B, section 5.1.1.2: length counts, and not being the first that is tried. No rules on kinds of characters
    and no end by date: they make people choose worse ones. Length is in code points, after composition.
    """
    composed = compose(password)
    plain = fold(password).replace(" ", "")
    found: list[Words] = []
    if len(composed) < SHORTEST:
        found.append((f"cần ít nhất {SHORTEST} ký tự", f"needs at least {SHORTEST} characters"))
    elif len(composed) > LONGEST:
        found.append((f"có quá {LONGEST} ký tự", f"has more than {LONGEST} characters"))
    if plain == fold(username):
        found.append(("trùng với tên đăng nhập", "is the username"))
    if plain in COMMON or len(set(plain)) < FEWEST_DIFFERENT:
        found.append(("quá dễ đoán: nhiều người dùng mật khẩu này", "is too easy to guess: many people use it"))
    return tuple(found)


def readable_password() -> str:
    """A random password that can be read out and typed, like "bamo-kitu-dace-huve": about 50 bits.

    Enough beside a limit on tries and a slow hash, for the day or so until another is chosen.
    """
    return "-".join("".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS) * 2) for _ in range(_GROUPS))


def _bytes(password: str) -> bytes:
    # Keyboards send "ế" composed or not; half characters are no UTF-8, and are wrong like any other.
    return compose(password).encode("utf-8", "surrogatepass")
