"""Signed notes (C2SP signed-note): a text with signatures that anyone who knows the keys can check offline.

A key is known by its name and by four bytes, the key id: SHA-256(name || 0x0a || algorithm || public key)[:4].
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = 1
"""The algorithm byte of a plain Ed25519 signature over the note's text."""
COSIGNATURE: Final = 4
"""That of a timestamped Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature)."""

_LINE = re.compile("\u2014 (\\S+) ([A-Za-z0-9+/]+={0,2})")
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")
_NOTES = re.compile("(?:^(?!\u2014 ).+\\n){3,}\\n(?:^\u2014 .+\\n)+", re.MULTILINE)
"""Checkpoints: three lines of text or more, an empty one, signatures."""
MOST_SIGNATURES = 100


class NoteRefused(ValueError):
    """A note or key that is malformed, or a signature that does not hold."""


@dataclass(frozen=True)
class VerifyingKey:
    """A public key under its name."""

    name: str
    algorithm: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; a hint, no proof."""
        written = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return hashlib.sha256(written).digest()[:4]

    @property
    def id(self) -> str:
        """The key id in hexadecimal digits, as people read it."""
        return self.key_id.hex()

    def __str__(self) -> str:
        return f"{self.name}+{self.id}+{base64.b64encode(bytes([self.algorithm]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "VerifyingKey":
        """The key written as name+id+base64. NoteRefused if it is none."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        written = _decoded(encoded)
        if not _NAME.fullmatch(name) or len(written) != 33 or written[0] not in (ED25519, COSIGNATURE):
            raise NoteRefused("not a public key of the form name+id+base64")
        key = cls(name, written[0], written[1:])
        if key.id != key_id.lower():
            raise NoteRefused(f"the key id {key_id[:20]} is not that of the key, {key.id}")
        return key

    def check(self, message: bytes, signature: bytes) -> None:
        """NoteRefused unless the Ed25519 signature holds."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise NoteRefused(f"the signature of {self.name}+{self.id} does not hold") from error


def keys_in(written: str) -> list[VerifyingKey]:
    """The public keys in a text, one a line, as log.pub holds them. NoteRefused if there is none, or a line is none."""
    keys = [VerifyingKey.parse(line) for line in written.splitlines() if line.strip()]
    if not keys:
        raise NoteRefused("not a public key of the form name+id+base64")
    return keys


@dataclass(frozen=True)
class SigningKey:
    """A private key under its name. It stands in a file, never in the database, and is not shown by repr."""

    name: str
    private: bytes = field(repr=False)
    algorithm: int = ED25519

    @classmethod
    def generate(cls, name: str, algorithm: int = ED25519) -> "SigningKey":
        """A new key. NoteRefused for a name that no note could carry."""
        if not _NAME.fullmatch(name):
            raise NoteRefused("a key's name has no spaces, no control characters and no plus sign")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), algorithm)

    @property
    def verifying(self) -> VerifyingKey:
        """The public half."""
        return VerifyingKey(self.name, self.algorithm, self._key.public_key().public_bytes_raw())

    def signed(self, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes."""
        return self._key.sign(message)

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.private)

    def written(self) -> str:
        """As it stands in its file: PRIVATE+KEY+name+id+base64."""
        encoded = base64.b64encode(bytes([self.algorithm]) + self.private).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifying.id}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """The key from its file. NoteRefused, without a word of the content, if it is none."""
        head, _, rest = text.strip().partition("PRIVATE+KEY+")
        name, _, rest = rest.partition("+")
        key_id, _, encoded = rest.partition("+")
        written = _decoded(encoded)
        if head or not _NAME.fullmatch(name) or len(written) != 33 or written[0] not in (ED25519, COSIGNATURE):
            raise NoteRefused("not a private key of the form PRIVATE+KEY+name+id+base64")
        key = cls(name, written[1:], written[0])
        if key.verifying.id != key_id:
            raise NoteRefused("the key id is not that of the private key")
        return key


@dataclass(frozen=True)
class Signature:
    """A signature line: whose it says it is, and its bytes after the key id."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"\u2014 {self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """The signature in one line without its end. NoteRefused if it is none."""
        found = _LINE.fullmatch(line)
        decoded = _decoded(found[2]) if found else b""
        if found is None or not _NAME.fullmatch(found[1]) or len(decoded) < 5:
            raise NoteRefused("a signature line is malformed")
        return cls(found[1], decoded[:4], decoded[4:])

    def by(self, key: VerifyingKey) -> bool:
        """Whether it says that it is of this key."""
        return self.name == key.name and self.key_id == key.key_id


@dataclass(frozen=True)
class Note:
    """A text that ends with a line end, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, written: str) -> "Note":
        """The note, unchecked. NoteRefused if it is malformed."""
        text, found, lines = written.rpartition("\n\n")
        if not found or not lines.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", written):
            raise NoteRefused("not a signed note")
        signatures = tuple(Signature.parse(line) for line in lines.removesuffix("\n").split("\n"))
        if len(signatures) > MOST_SIGNATURES:
            raise NoteRefused("the note has too many signatures")
        return cls(text + "\n", signatures)

    @classmethod
    def sign(cls, text: str, *keys: SigningKey) -> "Note":
        """The text with a plain Ed25519 signature of each key."""
        signatures = (Signature(k.name, k.verifying.key_id, k.signed(text.encode())) for k in keys)
        return cls(text, tuple(signatures))

    def signed_by(self, keys: Iterable[VerifyingKey]) -> VerifyingKey:
        """The first of the keys whose plain signature is there. NoteRefused if one does not hold, or none is there."""
        for key in keys:
            for signature in self.signatures:
                if signature.by(key) and key.algorithm == ED25519:
                    key.check(self.text.encode(), signature.value)
                    return key
        raise NoteRefused("the note is not signed by a known key")


def whole_notes(written: str) -> list[str]:
    """The notes in a file that holds one after the other, each as it is written and unchecked; what was cut off is left out."""
    return _NOTES.findall(written)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
