"""A folder outside: every checkpoint in a file of its own, and all of them one below the other in a file that only grows."""

import asyncio
import fcntl
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from audit.log.checkpoint import Checkpoint
from audit.places.growth import Growth, growth
from audit.places.notes import contradiction_of, name_of, notes_in
from audit.places.offer import Offer
from audit.places.place import PlaceAway, PlaceContradicts, Taken

LOG, NOTES, CONTRADICTIONS = "checkpoints.log", "notes", "contradictions"
_TAIL_BYTES = 64 * 1024
"""More than any note with its signatures."""

T = TypeVar("T")


class FolderPlace:
    """See Place. The folder must be there: one that is made anew where a disk is not mounted is no place outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    @property
    def name(self) -> str:
        """See Place."""
        return str(self._folder)

    async def take(self, offer: Offer) -> Taken | None:
        """See Place. Several programs may share the folder."""
        held = await _on_disk(last_note, self._folder / LOG)
        try:
            found = await growth(offer, held.head if held else None)
        except PlaceContradicts as contradicted:
            await self._keep_beside(offer, contradicted)
            raise
        if found is Growth.PAST:
            return None
        await _on_disk(self._write, offer, held, found is Growth.NEW)
        return Taken()

    async def _keep_beside(self, offer: Offer, contradicted: PlaceContradicts) -> None:
        path = self._folder / CONTRADICTIONS / contradiction_of(offer.checkpoint.head)
        try:
            await _on_disk(_put, path, offer.note)
        except PlaceAway as error:
            contradicted.add_note(f"{path} was not written: {error}")

    def _write(self, offer: Offer, held: Checkpoint | None, add: bool) -> None:
        if not self._folder.is_dir():
            raise FileNotFoundError(None, "there is no such folder; make it once, where the disk is")
        if add:
            with _locked(self._folder / LOG) as log:
                now = last_note(self._folder / LOG)
                if (now.head if now else None) != (held.head if held else None):
                    raise PlaceAway("another program wrote there in between")
                _append(log, offer.note)
        _put(self._folder / NOTES / name_of(offer.checkpoint.head), offer.note)


def last_note(path: Path) -> Checkpoint | None:
    """The last checkpoint in the file, unchecked; None if there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
            tail = file.read(_TAIL_BYTES).decode(errors="replace")
    except FileNotFoundError:
        return None
    return next(iter(deque(notes_in(StringIO(tail, newline="\n")), maxlen=1)), None)


def all_notes(path: Path) -> Iterator[Checkpoint]:
    """Every checkpoint in the file in order, unchecked, with constant memory."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        yield from notes_in(file)


async def _on_disk(step: Callable[..., T], *values: Any) -> T:
    """A step in a thread; PlaceAway when the system refuses it. The deliverer's limit bounds the wait."""
    try:
        return await asyncio.to_thread(step, *values)
    except OSError as error:
        raise PlaceAway(error.strerror or str(error)) from error


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held by another program: an OSError, tried again later
        yield descriptor
    finally:
        os.close(descriptor)


def _append(log: int, note: str) -> None:
    end = os.lseek(log, 0, os.SEEK_END)
    whole = end == 0 or os.pread(log, 2, max(0, end - 2)) == b"\n\n"
    written = f"{'' if whole else chr(10) * 2}{note}\n".encode()
    if os.write(log, written) != len(written):
        raise OSError(None, "the disk is full")
    os.fsync(log)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
