"""Checkpoints (C2SP tlog-checkpoint): how many events a record has and the root over them, signed; and witnesses' cosignatures."""

import base64
import binascii
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.log.note import COSIGNATURE, Note, NoteRefused, Signature, SigningKey, VerifyingKey
from audit.log.tree import HASH_SIZE

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class TreeHead:
    """Which log, how many events, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "TreeHead":
        """The head in a note's text; lines after the third are extensions and are left aside. NoteRefused if malformed."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise NoteRefused("not a checkpoint: origin, size and root are expected, a line each")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except (binascii.Error, ValueError):
            root = b""
        if len(root) != HASH_SIZE or base64.b64encode(root).decode() != lines[2]:
            raise NoteRefused("not a checkpoint: the root is no SHA-256 in base64")
        return cls(lines[0], int(lines[1]), root)


@dataclass(frozen=True)
class Checkpoint:
    """A tree head with the note that carries it."""

    head: TreeHead
    note: Note

    @classmethod
    def sign(cls, head: TreeHead, key: SigningKey) -> "Checkpoint":
        """The log's own statement; the key bears the log's name."""
        if key.name != head.origin:
            raise NoteRefused(f"the key {key.name} is not that of the log {head.origin}")
        return cls(head, Note.sign(head.text, key))

    @classmethod
    def parse(cls, written: str) -> "Checkpoint":
        """The checkpoint, its signatures unchecked. NoteRefused if malformed."""
        note = Note.parse(written)
        return cls(TreeHead.parse(note.text), note)

    @classmethod
    def open(cls, written: str, keys: Iterable[VerifyingKey]) -> "Checkpoint":
        """The checkpoint, if one of the log's keys signed it and bears its name. NoteRefused otherwise."""
        checkpoint = cls.parse(written)
        key = checkpoint.note.signed_by(keys)
        if key.name != checkpoint.head.origin:
            raise NoteRefused(f"a checkpoint of {checkpoint.head.origin} signed by the key of another log, {key.name}")
        return checkpoint

    def cosigned(self, signatures: Iterable[Signature]) -> "Checkpoint":
        """The same with these signatures after those that it has."""
        more = tuple(one for one in signatures if one not in self.note.signatures)
        return Checkpoint(self.head, Note(self.note.text, (*self.note.signatures, *more)))

    def witnessed_at(self, key: VerifyingKey) -> datetime | None:
        """When this witness cosigned; None if it did not. NoteRefused if its cosignature does not hold."""
        for signature in self.note.signatures:
            if signature.by(key):
                return cosigned_at(self.note.text, signature, key)
        return None


def cosign(text: str, key: SigningKey, at: datetime) -> Signature:
    """The witness's cosignature/v1 over a checkpoint's text: eight bytes of POSIX seconds, then Ed25519."""
    seconds = int(at.timestamp())
    return Signature(key.name, key.verifying.key_id, struct.pack(">Q", seconds) + key.signed(_cosigned(text, seconds)))


def cosigned_at(text: str, signature: Signature, key: VerifyingKey) -> datetime:
    """When the witness cosigned. NoteRefused if the cosignature does not hold."""
    if key.algorithm != COSIGNATURE or not signature.by(key) or len(signature.value) != 72:
        raise NoteRefused(f"not a cosignature of {key.name}+{key.id}")
    seconds = int(struct.unpack(">Q", signature.value[:8])[0])
    key.check(_cosigned(text, seconds), signature.value[8:])
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise NoteRefused("the cosignature's time is no time") from error


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
