"""The folder of a witness: its private key, readable for its owner only."""

import secrets
from pathlib import Path

from audit.durable import write_durably
from audit.log.note import COSIGNATURE, NoteRefused, SigningKey

KEY = "witness.key"
_MOST_BYTES = 10_000


class StateUnusable(Exception):
    """The folder cannot be the state of a witness now; the message says why."""


def new_key(folder: Path, name: str | None) -> SigningKey:
    """Make the key of a new witness, in a folder that is there. StateUnusable for a name that no key can have."""
    try:
        key = SigningKey.generate(name or f"localhost/witness-{secrets.token_hex(4)}", COSIGNATURE)
    except NoteRefused as error:
        raise StateUnusable(str(error)) from error
    write_durably(folder / KEY, key.written() + "\n", 0o600)
    return key


def read_key(folder: Path) -> SigningKey | None:
    """The key of the witness whose state is in the folder; None if there is none. StateUnusable if the file is no key."""
    try:
        with (folder / KEY).open(encoding="utf-8") as file:
            key = SigningKey.parse(file.read(_MOST_BYTES))
    except FileNotFoundError:
        return None
    except (NoteRefused, UnicodeDecodeError, OSError) as error:
        raise StateUnusable(f"{folder / KEY}: {error}") from error
    if key.algorithm != COSIGNATURE:
        raise StateUnusable(f"{folder / KEY}: the key of a log, not of a witness")
    return key
