"""What opens something without saying anything: 256 random bits, shown once; kept is only their SHA-256."""

import hashlib
import re
import secrets

_KEY = re.compile(r"[0-9a-f]{64}")


def new_secret(prefix: str) -> str:
    """256 random bits as text; the prefix makes them easy to recognise where they should not be."""
    return prefix + secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    """What is kept of it: 32 bytes. A plain hash is enough, for nobody can try 256 random bits through."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def key_of(secret: str) -> str:
    """The name by which its owner speaks of it: its hash in hexadecimal, which opens nothing."""
    return hash_of(secret).hex()


def hash_of_key(key: str) -> bytes | None:
    """The hash that a key spells, None for any other text."""
    return bytes.fromhex(key) if _KEY.fullmatch(key) else None
