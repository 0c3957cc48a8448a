"""Signed statements about the record against the roots that it has: its own checkpoints, those kept outside, and cosignatures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.log.checkpoint import Checkpoint, cosigned_at
from audit.log.note import COSIGNATURE, NoteRefused, Signature, VerifyingKey
from audit.verify.findings import Finding, Kind
from storage.log import StoredCheckpoint, StoredCosignature


@dataclass(frozen=True)
class Statement:
    """A checkpoint as somebody has it: where it is from, in words, and the note as it is written."""

    place: str
    note: str


def size_of(statement: Statement) -> int | None:
    """The size that a statement speaks of; None if it cannot be read."""
    try:
        return Checkpoint.parse(statement.note).head.size
    except NoteRefused:
        return None


def check_statements(
    statements: Iterable[Statement], keys: Sequence[VerifyingKey], roots: Mapping[int, bytes], size: int
) -> list[Finding]:
    """What does not agree: signatures, and sizes and roots that the record of `size` events with these roots does not have."""
    findings = []
    for statement in statements:
        try:
            head = Checkpoint.open(statement.note, keys).head
        except NoteRefused as error:
            at = size_of(statement) or 0
            findings.append(Finding(at, Kind.CHECKPOINT, f"{statement.place}: {error}"))
            continue
        root = roots.get(head.size)
        if root is None:
            what = f"{statement.place}: {head.size} events were signed, the record has {size} without a gap"
            findings.append(Finding(size + 1, Kind.CHECKPOINT, what))
        elif root != head.root:
            what = f"{statement.place}: over {head.size} events root {head.root.hex()} was signed, the record has {root.hex()}"
            findings.append(Finding(head.size, Kind.CHECKPOINT, what))
    return findings


def check_stored(stored: Iterable[StoredCheckpoint]) -> list[Finding]:
    """Rows of checkpoints whose columns do not say what their notes say."""
    findings = []
    for one in stored:
        try:
            head = Checkpoint.parse(one.note).head
        except NoteRefused:
            continue  # told with its signature
        if (head.size, head.root) != (one.size, one.root):
            findings.append(
                Finding(one.size, Kind.CHECKPOINT, f"checkpoints: the row of size {one.size} and its note differ")
            )
    return findings


@dataclass(frozen=True)
class Witnessed:
    """How many cosignatures hold under known keys, how many are of keys nobody named, and what was found."""

    held: int
    unknown: int
    findings: list[Finding]


def check_cosignatures(
    cosignatures: Iterable[StoredCosignature], stored: Mapping[int, StoredCheckpoint], witnesses: Sequence[VerifyingKey]
) -> Witnessed:
    """The cosignatures that were received, under the keys of `witnesses`."""
    known = {f"{key.name}+{key.id}": key for key in witnesses if key.algorithm == COSIGNATURE}
    held, unknown, findings = 0, 0, []
    for one in cosignatures:
        key = known.get(one.key)
        if key is None:
            unknown += 1
            continue
        try:
            text = Checkpoint.parse(stored[one.size].note).note.text
            cosigned_at(text, Signature.parse(one.line), key)
        except (NoteRefused, KeyError) as error:
            findings.append(Finding(one.size, Kind.COSIGNATURE, f"{one.key}: {error}"))
        else:
            held += 1
    return Witnessed(held, unknown, findings)
