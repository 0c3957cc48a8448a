"""The time stamps that authorities gave (RFC 3161), each against the checkpoint that it is said to be of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.x509 import Certificate

from audit.places.stamp import STAMPS, StampRefused, check_imprint, stamped_at
from audit.verify.findings import FOUND_AT_MOST, Finding, Kind
from storage.queries import sql

AT_ONCE = 200
"""Rows fetched together; a receipt takes some thousand bytes."""
QUERY_SECONDS = 60.0


@dataclass
class StampsSeen:
    """What was seen of time stamps; one takes about a millisecond."""

    held: int = 0
    """How many hold, their certificates included."""
    up_to: int = 0
    """The largest size that one of these is of."""
    at: datetime | None = None
    """When the first authority saw that one."""
    unchecked: int = 0
    """How many are of their checkpoints, as far as can be told without the authorities' root certificates."""
    findings: list[Finding] = field(default_factory=list)


async def check_stamps(connection: Any, roots: Sequence[Certificate]) -> StampsSeen:
    """Go through all of them on a connection inside a transaction. Without `roots`, who gave them is left open."""
    seen = StampsSeen()
    cursor = await connection.cursor(sql("verify_stamps"), STAMPS, timeout=QUERY_SECONDS)
    while rows := await cursor.fetch(AT_ONCE, timeout=QUERY_SECONDS):
        for row in rows:
            try:
                _check(seen, row["size"], row["receipt"], row["note"], roots)
            except StampRefused as error:
                if len(seen.findings) < FOUND_AT_MOST:
                    seen.findings.append(Finding(row["size"], Kind.TIME_STAMP, f"{row['place']}: {error}"))
    return seen


def _check(seen: StampsSeen, size: int, receipt: str | None, note: str | None, roots: Sequence[Certificate]) -> None:
    if receipt is None or note is None:
        raise StampRefused(f"the {'checkpoint' if note is None else 'receipt'} is gone")
    if not roots:
        check_imprint(receipt, note)
        seen.unchecked += 1
        return
    at = stamped_at(receipt, note, roots)
    seen.held += 1
    if seen.at is None or size > seen.up_to or at < seen.at:  # rows come by size
        seen.up_to, seen.at = size, at
