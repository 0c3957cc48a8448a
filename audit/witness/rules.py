"""What a witness answers, from what it knows of a log and what it is given. Pure.

C2SP tlog-witness says which answer has which status. Beyond it, a witness here keeps every checkpoint that it has cosigned, so
it also recognises two roots of an earlier size; and an own cosignature that it does not know of tells that its state was set back.
"""

from dataclasses import dataclass
from enum import StrEnum

from audit.log.checkpoint import Checkpoint, TreeHead
from audit.log.note import Note, NoteRefused, VerifyingKey
from audit.log.tree import EMPTY_ROOT, ProofRefused, check_consistency
from audit.witness.submission import Submission


class Kind(StrEnum):
    """What a witness shouts about."""

    FORK = "fork"
    """The log signed two roots for one size: proven by the two notes alone."""
    UNPROVEN = "unproven"
    """The log signed a larger tree, and the proof that came with it does not lead there from what is known."""
    SHRUNKEN = "shrunken"
    """The log signed a smaller tree than is known, which this witness never saw when it was the newest."""
    FORGOTTEN = "forgotten"
    """This witness signed a checkpoint that it does not know: its own state was set back. It signs no more for this log."""


@dataclass(frozen=True)
class Known:
    """What a witness knows of a log."""

    keys: tuple[VerifyingKey, ...]
    last: Checkpoint | None
    """The last one that it cosigned."""
    of_that_size: Checkpoint | None
    """The one that it cosigned of the size that is now submitted."""
    forgotten: bool = False
    """Whether it has been shown that its state was set back."""

    @property
    def size(self) -> int:
        """How many events the last one covers, 0 if there is none."""
        return self.last.head.size if self.last else 0

    @property
    def root(self) -> bytes:
        """Their root."""
        return self.last.head.root if self.last else EMPTY_ROOT


@dataclass(frozen=True)
class Consistent:
    """To be cosigned; `news` unless it is the last one again."""

    news: bool


@dataclass(frozen=True)
class Refused:
    """Not to be cosigned, with the HTTP status that the protocol gives the reason."""

    status: int
    reason: str
    size: int | None = None
    """The size to begin from, with status 409."""
    alarm: Kind | None = None
    against: Checkpoint | None = None
    """What it cannot be reconciled with."""


def judge(submission: Submission, known: Known, own: VerifyingKey) -> Consistent | Refused:
    """The answer. `own` is the key of the witness."""
    head = submission.checkpoint.head
    if not known.keys:
        return Refused(404, f"this witness does not know the log {head.origin}")
    try:
        submission.checkpoint.note.signed_by(known.keys)
    except NoteRefused as error:
        return Refused(403, str(error))
    return _contradiction(submission, known, own) or _growth(submission, known)


def _contradiction(submission: Submission, known: Known, own: VerifyingKey) -> Refused | None:
    head, before = submission.checkpoint.head, known.of_that_size
    if before is not None and before.head.root != head.root:
        reason = f"the log has signed another root for {head.size} events"
        return Refused(409, reason, known.size, Kind.FORK, before)
    if before is None and _cosigned_by(submission.checkpoint, own):
        reason = f"this witness has cosigned {head.size} events and does not know of it: its state was set back"
        return Refused(409, reason, known.size, Kind.FORGOTTEN, known.last)
    if known.forgotten:
        return Refused(409, "the state of this witness was set back; it signs no more for this log", known.size)
    if submission.old > head.size:
        return Refused(400, f"the old size {submission.old} is above the checkpoint's, {head.size}")
    if head.size < known.size:
        shrunken = Kind.SHRUNKEN if before is None else None
        return Refused(409, f"{known.size} events are known already", known.size, shrunken, known.last)
    return None


def _growth(submission: Submission, known: Known) -> Consistent | Refused:
    head = submission.checkpoint.head
    if submission.old != known.size:
        return Refused(409, f"{known.size} events are known", known.size)
    try:
        _check(submission, known, head)
    except ProofRefused as error:
        # Without a tree before, or over the very same one, a wrong proof contradicts nothing.
        alarm = Kind.UNPROVEN if 0 < known.size < head.size else None
        return Refused(422, str(error), alarm=alarm, against=known.last if alarm else None)
    return Consistent(news=known.last is None or head.size > known.size)


def _check(submission: Submission, known: Known, head: TreeHead) -> None:
    if head.size == 0 and head.root != EMPTY_ROOT:
        raise ProofRefused("an empty tree has another root")
    check_consistency(known.size, head.size, submission.proof, known.root, head.root)


def _cosigned_by(checkpoint: Checkpoint, own: VerifyingKey) -> bool:
    try:
        return checkpoint.witnessed_at(own) is not None
    except NoteRefused:  # somebody's invention under our name
        return False


def evidence(checkpoint: Checkpoint, keys: tuple[VerifyingKey, ...], own: VerifyingKey) -> Checkpoint:
    """The checkpoint with those signatures alone that prove something here: the log's, and the witness's own if it holds.

    Whoever carries a note may put a hundred lines below it, of any length. NoteRefused if none of the log's keys signed it.
    """
    note, signer = checkpoint.note, checkpoint.note.signed_by(keys)
    whose = (signer, own) if _cosigned_by(checkpoint, own) else (signer,)
    signatures = (next(one for one in note.signatures if one.by(key)) for key in whose)
    return Checkpoint(checkpoint.head, Note(note.text, tuple(signatures)))
