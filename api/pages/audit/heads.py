"""Checkpoints as pages show them: what was signed, with which key, and who signed beside."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.log.checkpoint import Checkpoint
from audit.log.note import NoteRefused, VerifyingKey
from storage.log import StoredCheckpoint, StoredCosignature, cosignatures_of
from storage.log_keys import adopted_keys
from storage.pool import Pool


@dataclass(frozen=True)
class Head:
    """A checkpoint."""

    stored: StoredCheckpoint
    key: str | None
    """The key of the log that signed it, as name+id; None if its signature does not hold under any key that the record names."""
    cosignatures: list[StoredCosignature]

    @property
    def size(self) -> int:
        """How many events it covers."""
        return self.stored.size

    @property
    def root(self) -> str:
        """The root as the note has it, in base64."""
        return base64.b64encode(self.stored.root).decode()

    @property
    def made_at(self) -> datetime:
        """When it was signed, by the clock of the database."""
        return self.stored.made_at


async def heads_of(pool: Pool, stored: Sequence[StoredCheckpoint]) -> list[Head]:
    """These checkpoints, their signatures checked against the keys that the record names."""
    keys = [VerifyingKey.parse(one.key) for one in await adopted_keys(pool)] if stored else []
    beside = await cosignatures_of(pool, [one.size for one in stored])
    return [Head(one, _signer(one, keys), [line for line in beside if line.size == one.size]) for one in stored]


def _signer(stored: StoredCheckpoint, keys: Sequence[VerifyingKey]) -> str | None:
    try:
        opened = Checkpoint.open(stored.note, keys)
    except NoteRefused:
        return None
    if (opened.head.size, opened.head.root) != (stored.size, stored.root):
        return None
    key = opened.note.signed_by(keys)
    return f"{key.name}+{key.id}"
