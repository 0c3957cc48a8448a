"""The folder with the log's private key. The database never sees it; whoever runs the program keeps it and its copies."""

import asyncio
import fcntl
import os
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from audit.durable import move_durably, write_durably
from audit.log.note import NoteRefused, SigningKey

PRIVATE, PUBLIC, NEXT, LOCK = "log.key", "log.pub", "log.key.next", ".lock"
_MOST_LETTERS = 1_000_000
"""Of a file here: a key takes some hundred, and log.pub holds all that there were."""
_BETWEEN_TRIES = 0.05
"""Seconds."""


class KeysUnusable(Exception):
    """The folder of keys lacks what is needed, or holds what is no key; the message says what to do."""


def new_origin() -> str:
    """A name for a log that has been given none: it tells logs apart, and nothing else."""
    return f"localhost/dondoc-{secrets.token_hex(4)}"


class NotWritable(KeysUnusable):
    """The folder, or its lock, cannot be written: no program changes the keys by it."""


class KeyFolder:
    """Where the private key lies, readable for its owner only; beside it the public keys to hand out."""

    def __init__(self, folder: Path, most_wait: float = 10.0) -> None:
        """`most_wait`: how many seconds to wait for another program that changes the keys."""
        self.folder = folder
        self._most_wait = most_wait

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Nobody else changes the keys meanwhile: a key that one program prepares must not take the place of another's.

        Not to be held twice. KeysUnusable if another program does not let go; NotWritable if nobody can write here anyway.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise NotWritable(f"{self.folder}: {error}") from error
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
                await asyncio.sleep(_BETWEEN_TRIES)
            except OSError as error:
                raise KeysUnusable(f"{self.folder / LOCK}: {error}") from error
            else:
                return

    def present(self) -> SigningKey | None:
        """The key in use; None if there is none yet. KeysUnusable if the file is no key."""
        return self._read(PRIVATE)

    def coming(self) -> SigningKey | None:
        """A key that was made and is not in use yet: a change was cut off."""
        return self._read(NEXT)

    def published(self) -> list[str]:
        """The public keys that this folder has had in use, the newest last."""
        return [line for line in (self._text(PUBLIC) or "").splitlines() if line.strip()]

    def prepare(self, key: SigningKey) -> None:
        """Keep the next key, before anything is said of it. KeysUnusable if what lies here could not make way for it.

        One that was prepared before and not taken up is put aside: who prepared it may have told of it with its last breath.
        """
        self.present()
        unused = self.coming()
        with self._writing():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if unused is not None:
                self._put_aside(NEXT, unused)
            write_durably(self.folder / NEXT, key.written() + "\n", 0o600)

    def take_up(self) -> None:
        """The coming key takes the place of the present one, which is kept under its id until somebody moves it away.

        May be cut off anywhere and then done again: the coming key stays what it is until the last step.
        """
        key, before = self.coming(), self.present()
        if key is None:
            return
        used = [str(one.verifying) for one in (before, key) if one is not None]
        lines = dict.fromkeys((*self.published(), *used))
        with self._writing():
            write_durably(self.folder / PUBLIC, "".join(f"{line}\n" for line in lines), 0o644)
            if before is not None:
                self._put_aside(PRIVATE, before)
            move_durably(self.folder / NEXT, self.folder / PRIVATE)

    def _put_aside(self, name: str, key: SigningKey) -> None:
        move_durably(self.folder / name, self.folder / f"log.{key.verifying.id}.key.retired")

    def _read(self, name: str) -> SigningKey | None:
        written = self._text(name)
        try:
            return None if written is None else SigningKey.parse(written)
        except NoteRefused as error:
            raise KeysUnusable(f"{self.folder / name}: {error}") from error

    def _text(self, name: str) -> str | None:
        try:
            with (self.folder / name).open(encoding="utf-8") as file:
                return file.read(_MOST_LETTERS)
        except FileNotFoundError:
            return None
        except (UnicodeDecodeError, OSError) as error:
            raise KeysUnusable(f"{self.folder / name}: {error}") from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise KeysUnusable(f"{self.folder}: {error}") from error
