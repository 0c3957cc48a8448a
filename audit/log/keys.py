"""The folder with the log's private key. The database never sees it; whoever runs the program keeps it and its copies."""

import asyncio
import fcntl
import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from audit.log.note import NoteRefused, SigningKey

PRIVATE, PUBLIC, NEXT = "log.key", "log.pub", "log.key.next"
LOCK = ".lock"
_MOST_BYTES = 10_000
_BETWEEN_TRIES = 0.05
"""Seconds."""


class KeysUnusable(Exception):
    """The folder of keys lacks what is needed, or holds what is no key; the message says what to do."""


def new_origin() -> str:
    """A name for a log that has been given none: it tells logs apart, and nothing else."""
    return f"localhost/dondoc-{secrets.token_hex(4)}"


class KeyFolder:
    """Where the private key lies, readable for its owner only; beside it the public key to hand out."""

    def __init__(self, folder: Path, most_wait: float = 10.0) -> None:
        """`most_wait`: how many seconds to wait for another program that changes the keys."""
        self.folder = folder
        self._most_wait = most_wait

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Nobody else changes the keys meanwhile: a key that one program prepares must not take the place of another's.

        Not to be held twice. KeysUnusable if another program does not let go, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise KeysUnusable(f"{self.folder}: {error}") from error
        try:
            await self._lock(descriptor)
            yield
        finally:
            os.close(descriptor)  # which lets go

    async def _lock(self, descriptor: int) -> None:
        until = time.monotonic() + self._most_wait
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise KeysUnusable(
                        f"{self.folder}: another program is changing the keys; try again later"
                    ) from None
            else:
                return
            await asyncio.sleep(_BETWEEN_TRIES)

    def present(self) -> SigningKey | None:
        """The key in use; None if there is none yet. KeysUnusable if the file is no key."""
        return self._read(PRIVATE)

    def coming(self) -> SigningKey | None:
        """A key that was made and may not be in use yet: a rotation was cut off."""
        return self._read(NEXT)

    def prepare(self, key: SigningKey) -> None:
        """Keep the next key, before anything is said of it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write(NEXT, key.written(), 0o600)

    def take_up(self) -> None:
        """The coming key takes the place of the present one, which is kept under its id until somebody moves it away."""
        key, before = self.coming(), self.present()
        if key is None:
            return
        if before is not None:
            (self.folder / PRIVATE).replace(self.folder / f"log.{before.verifying.id}.key.retired")
        (self.folder / NEXT).replace(self.folder / PRIVATE)
        self._write(PUBLIC, str(key.verifying), 0o644)

    def _read(self, name: str) -> SigningKey | None:
        try:
            with (self.folder / name).open(encoding="ascii") as file:
                return SigningKey.parse(file.read(_MOST_BYTES))
        except FileNotFoundError:
            return None
        except (NoteRefused, UnicodeDecodeError, OSError) as error:
            raise KeysUnusable(f"{self.folder / name}: {error}") from error

    def _write(self, name: str, text: str, mode: int) -> None:
        target = self.folder / name
        fresh = self.folder / f".{name}.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
