"""How the log's key changes: a note names the new key, signed with it and with the one before; who knows one knows the next."""

from collections.abc import Iterable

from audit.log.note import ED25519, Note, NoteRefused, SigningKey, VerifyingKey

_HEAD = "dondoc/log-key/v1"
"""The first line. A checkpoint has its origin there, and its size, not a key, in the second."""


def adoption(new: SigningKey, before: SigningKey | None = None) -> Note:
    """The statement that the log signs with `new` from here on. NoteRefused for the key of another log."""
    if before is not None and before.name != new.name:
        raise NoteRefused(f"the new key is of the log {new.name}, the one before of {before.name}")
    return Note.sign(f"{_HEAD}\n{new.verifying}\n", new, *((before,) if before else ()))


def adopted_key(statement: str) -> VerifyingKey:
    """The key that a statement names, which has signed it itself. NoteRefused if it is no such statement."""
    note = Note.parse(statement)
    lines = note.text.split("\n")
    if len(lines) != 3 or lines[0] != _HEAD:
        raise NoteRefused("not a statement that names a key of the log")
    key = VerifyingKey.parse(lines[1])
    if key.algorithm != ED25519:
        raise NoteRefused("a log signs with plain Ed25519")
    note.signed_by([key])
    return key


def known_keys(trusted: Iterable[VerifyingKey], statements: Iterable[str]) -> list[VerifyingKey]:
    """The trusted keys and those that they lead to, statement by statement in order. NoteRefused for a faulty statement."""
    known = list(trusted)
    for statement in statements:
        key = adopted_key(statement)
        others = [one for one in known if one != key and one.name == key.name]
        if key not in known and others and _signed(Note.parse(statement), others):
            known.append(key)
    return known


def _signed(note: Note, keys: list[VerifyingKey]) -> bool:
    if not any(signature.by(key) for signature in note.signatures for key in keys):
        return False
    note.signed_by(keys)
    return True
