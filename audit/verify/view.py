"""A verdict as JSON values, the same at the command line and over HTTP."""

import asyncio
from pathlib import Path
from typing import Any

from audit.places.stamp import read_roots
from audit.verify.record import Trust, Verdict, verify
from domain.instants import rfc3339


def verified(url: str, tsa_roots: Path | None = None) -> dict[str, Any]:
    """The verdict on the record at a URL, by the keys that it names itself; for a process of its own (audit.snapshot.apart).

    `tsa_roots`: certificates to which those of time-stamping authorities must lead. ValueError if that file cannot be read.
    """
    trust = Trust(authorities=read_roots(tsa_roots) if tsa_roots else ())
    return verdict_view(asyncio.run(verify(url, trust)))


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
        "time_stamps": verdict.stamps.held,
        "time_stamps_not_checked": verdict.stamps.unchecked,
        "stamped_up_to": verdict.stamps.up_to,
        "stamped_at": rfc3339(verdict.stamps.at) if verdict.stamps.at else None,
        "keys": [str(one) for one in verdict.keys],
        "keys_named_by_you": verdict.trusted,
        "first_bad_position": verdict.findings[0].position if verdict.findings else None,
        "findings": [{"position": one.position, "kind": one.kind, "what": one.what} for one in verdict.findings],
    }
