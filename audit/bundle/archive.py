"""The zip of a bundle: the same content gives the same bytes, and the sum of every file is kept for the manifest."""

import hashlib
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Self

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can tell; when a bundle was made stands in no file of it."""
_PIECE = 1 << 20


class Archive:
    """Takes files one after the other; leaving the block ends the zip."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
        self.sums: dict[str, str] = {}

    @contextmanager
    def writing(self, name: str) -> Iterator["Summed"]:
        """A file to write into, piece by piece."""
        entry = zipfile.ZipInfo(name, _LONG_AGO)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3  # Unix, wherever it is made
        entry.external_attr = (stat.S_IFREG | 0o644) << 16
        with self._zip.open(entry, "w", force_zip64=True) as file:
            summed = Summed(file)
            yield summed
            summed.flush()
        self.sums[name] = summed.total.hexdigest()

    def put(self, name: str, content: bytes) -> None:
        """A whole file."""
        with self.writing(name) as file:
            file.write(content)

    def copy(self, name: str, source: IO[bytes]) -> None:
        """A file from what was written aside."""
        source.seek(0)
        with self.writing(name) as file:
            for piece in iter(lambda: source.read(_PIECE), b""):
                file.write(piece)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()


class Summed:
    """A file that is being written in large pieces, and its SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting = bytearray()
        self.total = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        """Write a piece, now or with the next ones."""
        self._waiting += piece
        if len(self._waiting) >= _PIECE:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        self.total.update(self._waiting)
        self._file.write(self._waiting)
        self._waiting = bytearray()
