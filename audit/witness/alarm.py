"""An alarm of a witness: what the log did, and the signed notes that show it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from audit.log.checkpoint import Checkpoint
from audit.witness.rules import Kind


@dataclass(frozen=True)
class Alarm:
    """Something that a witness shouts about, with the notes that show it."""

    id: str
    origin: str
    kind: Kind
    size: int
    reason: str
    note: str
    against: str | None
    at: str
    """When it was seen, RFC 3339."""
    settled: bool = False
    """The log has since proven that this checkpoint goes on from what is known."""

    @classmethod
    def of(cls, kind: Kind, reason: str, checkpoint: Checkpoint, against: Checkpoint | None, at: datetime) -> "Alarm":
        """The alarm over a checkpoint; the same checkpoint gives the same id."""
        head = checkpoint.head
        digest = hashlib.sha256(head.text.encode()).hexdigest()[:16]
        other = str(against.note) if against else None
        name = f"{kind}-{head.size}-{digest}"
        return cls(name, head.origin, kind, head.size, reason, str(checkpoint.note), other, at.isoformat())

    @property
    def text(self) -> str:
        """As it is kept in a file, for people: what, when, and both notes as they were signed."""
        known = f"\n--- known before ---\n{self.against}" if self.against else ""
        return f"{self.kind}: {self.reason}\n{self.at}\n\n--- submitted ---\n{self.note}{known}"
