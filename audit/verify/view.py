"""A verdict as JSON values, the same at the command line and over HTTP."""

import asyncio
from typing import Any

from audit.verify.record import Trust, Verdict, verify


def verified(url: str) -> dict[str, Any]:
    """The verdict on the record at a URL, by the keys that it names itself; for a process of its own (audit.snapshot.apart)."""
    return verdict_view(asyncio.run(verify(url, Trust())))


def verdict_view(verdict: Verdict) -> dict[str, Any]:
    """The verdict; `findings` in order of position."""
    return {
        "sound": verdict.sound,
        "events": verdict.events,
        "streams": verdict.streams,
        "size": verdict.size,
        "root": verdict.root.hex(),
        "checkpoints": verdict.checkpoints,
        "checkpoints_from_outside": verdict.outside,
        "covered_by_checkpoints": verdict.covered,
        "witnessed_up_to": verdict.witnessed,
        "cosignatures_of_unknown_keys": verdict.unknown_cosignatures,
        "keys": [str(one) for one in verdict.keys],
        "keys_named_by_you": verdict.trusted,
        "first_bad_position": verdict.findings[0].position if verdict.findings else None,
        "findings": [{"position": one.position, "kind": one.kind, "what": one.what} for one in verdict.findings],
    }
