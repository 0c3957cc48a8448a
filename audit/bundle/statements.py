"""What others signed: the checkpoints of a bundle with their cosignatures, receipts of places outside, and public keys."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from audit.log.checkpoint import Checkpoint
from audit.log.ledger import with_cosignatures
from audit.log.note import VerifyingKey
from storage.bundle import Extent, noteworthy_checkpoints
from storage.envelope import rfc8785
from storage.log import StoredCheckpoint, checkpoint_covering, checkpoint_of, copies_of
from storage.log_keys import adopted_keys
from storage.pool import Pool

MOST_CHECKPOINTS = 64


@dataclass(frozen=True)
class Statement:
    """A checkpoint as it goes into a bundle."""

    checkpoint: Checkpoint
    receipts: tuple[tuple[str, str], ...]
    """What places outside gave for it, as place and receipt."""

    @property
    def size(self) -> int:
        """How many events it covers."""
        return self.checkpoint.head.size

    @property
    def files(self) -> dict[str, bytes]:
        """Its files by name."""
        found = {f"checkpoint-{self.size}.txt": str(self.checkpoint.note).encode()}
        for number, (_, receipt) in enumerate(self.receipts, 1):
            kind, content = _receipt(receipt)
            found[f"receipt-{self.size}-{number}.{kind}"] = content
        return found


def _receipt(receipt: str) -> tuple[str, bytes]:
    """A time stamp as `openssl ts` reads it; anything else as the text that it is."""
    try:
        content = base64.b64decode(receipt, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    # Every DER structure of RFC 3161 is a SEQUENCE.
    return ("tsr", content) if content[:1] == b"\x30" else ("txt", receipt.encode())


async def statements(pool: Pool, last: StoredCheckpoint, extent: Extent) -> list[Statement]:
    """The last checkpoint, those that first covered both ends of the selection, and the largest that others vouch for."""
    covering = [await checkpoint_covering(pool, position) for position in (extent.first, extent.last)]
    sizes = [last.size, *(one.size for one in covering if one is not None)]
    sizes += await noteworthy_checkpoints(pool, last.size, MOST_CHECKPOINTS)
    wanted = [size for size in dict.fromkeys(sizes) if 0 < size <= last.size][:MOST_CHECKPOINTS]
    found = [last if size == last.size else await checkpoint_of(pool, size) for size in sorted(wanted)]
    return [await _statement(pool, stored) for stored in found if stored is not None]


async def _statement(pool: Pool, stored: StoredCheckpoint) -> Statement:
    copies = await copies_of(pool, stored.size)
    receipts = tuple(sorted((copy.place, copy.receipt) for copy in copies if copy.receipt))
    return Statement(await with_cosignatures(pool, stored), receipts)


async def keys_file(pool: Pool, witnesses: Sequence[VerifyingKey]) -> bytes:
    """The log's keys, each with the statement of the one before, and the witnesses' as far as they are known here."""
    adopted = [one.statement for one in await adopted_keys(pool)]
    return rfc8785({"statements": adopted, "witnesses": sorted(map(str, witnesses))})
