"""A log of invented events, small enough to be held in memory, and its twin that was rewritten."""

import hashlib
from dataclasses import dataclass, field

from audit.log.checkpoint import Checkpoint, TreeHead
from audit.log.note import SigningKey
from audit.log.tree import Leaves, Subtree, combined, consistency_path, root, subtree_root
from audit.witness.submission import Submission


@dataclass
class SampleLog:
    """A log whose leaves are made up, except those from `altered_from` on, which are others."""

    origin: str = "nhatky.example"
    key: SigningKey = field(init=False)
    altered_from: int | None = None

    def __post_init__(self) -> None:
        self.key = SigningKey.generate(self.origin)

    def rewritten(self, altered_from: int = 0) -> "SampleLog":
        """The same log, signed by the same key, with other events from there on."""
        twin = SampleLog(self.origin, altered_from)
        twin.key = self.key
        return twin

    def _leaf(self, index: int) -> bytes:
        other = self.altered_from is not None and index >= self.altered_from
        return hashlib.sha256(f"{index} {other}".encode()).digest()

    def _hash_of(self, subtree: Subtree) -> bytes:
        return subtree_root([self._leaf(index) for index in range(subtree.first, subtree.end)])

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint.sign(TreeHead(self.origin, size, root(size, self._hash_of)), self.key)

    def proof(self, old: int, size: int) -> tuple[bytes, ...]:
        return tuple(combined(Leaves(*node), self._hash_of) for node in consistency_path(old, size))

    def submission(self, old: int, size: int) -> Submission:
        """What the log sends when the witness knows `old` events."""
        return Submission(old, self.proof(old, size) if 0 < old <= size else (), self.checkpoint(size))
