"""Signed statements about the record against the roots that it has: its own checkpoints, those kept outside, and cosignatures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.log.checkpoint import Checkpoint, TreeHead, cosigned_at
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


@dataclass(frozen=True)
class Signed:
    """The largest size that the trusted keys signed and that the record has with that root; and what does not agree."""

    covered: int
    findings: list[Finding]


def check_statements(
    statements: Iterable[Statement],
    keys: Sequence[VerifyingKey],
    trusted: Sequence[VerifyingKey],
    roots: Mapping[int, bytes],
    size: int,
) -> Signed:
    """Signatures under the keys that the log has had, and roots against those of the record of `size` events.

    Only what a trusted key signed counts as covered. What an earlier key signed is compared all the same: whoever trusts the key
    of today need not know those before it.
    """
    covered, findings = 0, []
    for statement in statements:
        try:
            checkpoint = Checkpoint.open(statement.note, keys)
        except NoteRefused as error:
            at = size_of(statement) or 0
            findings.append(Finding(at, Kind.CHECKPOINT, f"{statement.place}: {error}"))
            continue
        head, root = checkpoint.head, roots.get(checkpoint.head.size)
        if root is None:
            what = f"{statement.place}: {head.size} events were signed, the record has {size} without a gap"
            findings.append(Finding(size + 1, Kind.CHECKPOINT, what))
        elif root != head.root:
            what = f"{statement.place}: over {head.size} events root {head.root.hex()} was signed, the record has {root.hex()}"
            findings.append(Finding(head.size, Kind.CHECKPOINT, what))
        elif _is_signed(checkpoint, trusted):
            covered = max(covered, head.size)
    return Signed(covered, findings)


def _is_signed(checkpoint: Checkpoint, keys: Sequence[VerifyingKey]) -> bool:
    try:
        checkpoint.note.signed_by(keys)
    except NoteRefused:
        return False
    return True


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
    """Up to which size each named witness signed, how many cosignatures are of keys nobody named, and what was found."""

    up_to: dict[str, int]
    unknown: int
    findings: list[Finding]


def check_cosignatures(
    statements: Iterable[Statement],
    cosignatures: Iterable[StoredCosignature],
    stored: Mapping[int, StoredCheckpoint],
    witnesses: Sequence[VerifyingKey],
    roots: Mapping[int, bytes],
) -> Witnessed:
    """Cosignatures under the keys of `witnesses`: those received, and those in notes kept elsewhere.

    A witness that was named and signed nothing that holds is a finding: its silence may be all that is left of what it saw.
    """
    known = {f"{key.name}+{key.id}": key for key in witnesses if key.algorithm == COSIGNATURE}
    up_to, unknown, findings = dict.fromkeys(known, 0), 0, list[Finding]()
    for place, key_name, size, text, line in _cosigned(statements, cosignatures, stored):
        key = known.get(key_name)
        if key is None:
            unknown += 1
            continue
        try:
            cosigned_at(text, line, key)
        except NoteRefused as error:
            findings.append(Finding(size, Kind.COSIGNATURE, f"{place}, {key_name}: {error}"))
        else:
            if roots.get(size) == TreeHead.parse(text).root:
                up_to[key_name] = max(up_to[key_name], size)
    for name, size in up_to.items():
        if not size:
            findings.append(Finding(0, Kind.COSIGNATURE, f"{name} has signed no checkpoint that is here and holds"))
    return Witnessed(up_to, unknown, findings)


def _cosigned(
    statements: Iterable[Statement],
    cosignatures: Iterable[StoredCosignature],
    stored: Mapping[int, StoredCheckpoint],
) -> Iterator[tuple[str, str, int, str, Signature]]:
    """Where a cosignature is, whose it says it is, the size and text that it is over, and itself; the log's own are none."""
    for statement in statements:
        try:
            checkpoint = Checkpoint.parse(statement.note)
        except NoteRefused:
            continue  # told with its signature
        for line in checkpoint.note.signatures:
            if line.name != checkpoint.head.origin:
                yield (
                    statement.place,
                    f"{line.name}+{line.key_id.hex()}",
                    checkpoint.head.size,
                    checkpoint.note.text,
                    line,
                )
    for one in cosignatures:
        try:
            text = Checkpoint.parse(stored[one.size].note).note.text
            yield f"checkpoint {one.size}", one.key, one.size, text, Signature.parse(one.line)
        except (NoteRefused, KeyError):
            yield f"checkpoint {one.size}", one.key, one.size, "", Signature("", b"", b"")
