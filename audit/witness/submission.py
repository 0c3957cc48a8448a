"""What a log sends to a witness (C2SP tlog-witness, add-checkpoint): the size it last cosigned, a proof, and a checkpoint."""

import base64
import binascii
import re
from dataclasses import dataclass

from audit.log.checkpoint import Checkpoint
from audit.log.note import NoteRefused
from audit.log.tree import HASH_SIZE

MOST_HASHES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Submission:
    """A checkpoint with the proof that it goes on from the tree of `old` events."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint

    def __str__(self) -> str:
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.proof), "", ""]
        return "\n".join(lines) + str(self.checkpoint.note)

    @classmethod
    def parse(cls, body: bytes) -> "Submission":
        """The submission in the body of a request, unchecked. NoteRefused if malformed."""
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise NoteRefused("the body is not UTF-8") from error
        head, found, note = text.partition("\n\n")
        first, *hashes = head.split("\n")
        old = _OLD.fullmatch(first)
        if not found or old is None:
            raise NoteRefused("the body begins with a line 'old SIZE', a proof, and an empty line")
        if len(hashes) > MOST_HASHES:
            raise NoteRefused(f"a proof has at most {MOST_HASHES} hashes")
        return cls(int(old[1]), tuple(map(_hash, hashes)), Checkpoint.parse(note))


def _hash(line: str) -> bytes:
    try:
        decoded = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != HASH_SIZE or base64.b64encode(decoded).decode() != line:
        raise NoteRefused("a line of the proof is no SHA-256 in base64")
    return decoded
