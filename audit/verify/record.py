"""The whole verification of a record: in one snapshot, over two processes when it is large."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate

from audit.log.adoption import known_keys
from audit.log.note import NoteRefused, VerifyingKey
from audit.reads import verify_reads
from audit.snapshot import all_done, id_range, on_snapshot, processes, snapshot_of
from audit.verify.findings import Finding, Kind, first_of
from audit.verify.positions import PositionsSeen, check_positions
from audit.verify.rows import Rows
from audit.verify.stamps import StampsSeen, check_stamps
from audit.verify.statements import Statement, check_cosignatures, check_statements, check_stored, size_of
from audit.verify.streams import StreamsSeen, check_streams
from domain.registries import LogKeyAdopted, Registry
from storage.envelope import registry_event_from
from storage.log import StoredCheckpoint, StoredCosignature
from storage.queries import sql

PROGRAM = "dondoc-verify"
PARTS = 16
"""Ranges of stream ids that are gone through apart; ids are spread evenly."""
STEPS = PARTS + 2
"""The parts, the tree, and time stamps."""
SMALL = 5_000
"""Up to so many events one process is quicker than starting two."""

Told = Callable[[int], None]
"""Is given the number of steps done, of STEPS."""


@dataclass(frozen=True)
class Trust:
    """Whom the one who verifies believes: keys of the log and of witnesses, and checkpoints kept where the operator has no hand."""

    keys: Sequence[VerifyingKey] = ()
    """Without any, the keys that the record itself names are taken: then only who has the private key could have rewritten it."""
    witnesses: Sequence[VerifyingKey] = ()
    statements: Sequence[Statement] = ()
    authorities: Sequence[Certificate] = ()
    """Roots of time-stamping authorities. Without any it is left open who stamped, and only what is looked at."""


@dataclass
class Verdict:
    """What a verification saw. `findings` is empty if and only if everything agrees."""

    size: int
    root: bytes
    events: int
    streams: int
    checkpoints: int
    outside: int
    """Checkpoints that came from elsewhere."""
    covered: int
    """Events that the largest checkpoint covers that holds under a trusted key; above it, its keeper could alter unseen."""
    witnessed: dict[str, int]
    """Up to which size each of the named witnesses signed."""
    unknown_cosignatures: int
    stamps: StampsSeen
    keys: list[VerifyingKey]
    trusted: bool
    """Whether the keys were named by the one who verifies."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether everything agrees."""
        return not self.findings


async def verify(url: str, trust: Trust, told: Told = lambda _: None) -> Verdict:
    """Verify the record at a URL as it stands now."""
    async with snapshot_of(url, PROGRAM) as (connection, snapshot):
        if await connection.fetchval(sql("verify_head")) <= SMALL:
            return await verify_on(connection, trust, told)
        return await _in_processes(connection, url, snapshot, trust, told)


async def verify_on(connection: Any, trust: Trust, told: Told = lambda _: None) -> Verdict:
    """Verify what a connection sees inside its transaction, in this process."""
    stored = await _stored(connection)
    sizes = _sizes(stored, trust)
    streams = await check_streams(Rows(connection), max(sizes, default=0))
    told(PARTS)
    positions = await check_positions(connection, sizes)
    told(PARTS + 1)
    stamps = await check_stamps(connection, trust.authorities)
    told(STEPS)
    return await _concluded(connection, trust, stored, [streams], positions, stamps)


async def _in_processes(connection: Any, url: str, snapshot: str, trust: Trust, told: Told) -> Verdict:
    stored = await _stored(connection)
    sizes = _sizes(stored, trust)
    loop = asyncio.get_running_loop()
    with processes() as pool:
        tree = loop.run_in_executor(pool, _positions_part, url, snapshot, sizes)
        stamps = loop.run_in_executor(pool, _stamps_part, url, snapshot, _written(trust.authorities))
        signed = max(sizes, default=0)
        parts = [loop.run_in_executor(pool, _streams_part, url, snapshot, part, signed) for part in range(PARTS)]
        await all_done((tree, stamps, *parts), told)
    seen = [part.result() for part in parts]
    return await _concluded(connection, trust, stored, seen, tree.result(), stamps.result())


def _streams_part(url: str, snapshot: str, part: int, signed: int) -> StreamsSeen:
    async def check(connection: Any) -> StreamsSeen:
        return await check_streams(Rows(connection, *id_range(part, PARTS)), signed)

    return on_snapshot(url, PROGRAM, snapshot, check)


def _positions_part(url: str, snapshot: str, sizes: list[int]) -> PositionsSeen:
    async def check(connection: Any) -> PositionsSeen:
        return await check_positions(connection, sizes)

    return on_snapshot(url, PROGRAM, snapshot, check)


def _stamps_part(url: str, snapshot: str, roots: list[bytes]) -> StampsSeen:
    async def check(connection: Any) -> StampsSeen:
        return await check_stamps(connection, [load_der_x509_certificate(root) for root in roots])

    return on_snapshot(url, PROGRAM, snapshot, check)


def _written(certificates: Sequence[Certificate]) -> list[bytes]:
    """As they can go to another process."""
    return [one.public_bytes(Encoding.DER) for one in certificates]


@dataclass(frozen=True)
class _Stored:
    checkpoints: dict[int, StoredCheckpoint]
    cosignatures: list[StoredCosignature]
    adoptions: list[LogKeyAdopted]


async def _stored(connection: Any) -> _Stored:
    checkpoints = [StoredCheckpoint(**dict(row)) for row in await connection.fetch(sql("verify_checkpoints"))]
    cosignatures = [StoredCosignature(**dict(row)) for row in await connection.fetch(sql("verify_cosignatures"))]
    adoptions = []
    for row in await connection.fetch(sql("events_of_directive"), Registry.KEYS.stream_id, 0):
        try:
            data = registry_event_from(row["canonical"]).data
        except (ValueError, KeyError, TypeError):
            continue  # told as an event that cannot be read
        if isinstance(data, LogKeyAdopted):
            adoptions.append(data)
    return _Stored({one.size: one for one in checkpoints}, cosignatures, adoptions)


def _statements(stored: _Stored) -> list[Statement]:
    return [Statement(f"checkpoint {one.size}", one.note) for one in stored.checkpoints.values()]


def _sizes(stored: _Stored, trust: Trust) -> list[int]:
    statements = [*_statements(stored), *trust.statements]
    return sorted({size for one in statements if (size := size_of(one)) is not None})


async def _concluded(
    connection: Any,
    trust: Trust,
    stored: _Stored,
    streams: Sequence[StreamsSeen],
    positions: PositionsSeen,
    stamps: StampsSeen,
) -> Verdict:
    findings = [finding for part in streams for finding in part.findings] + positions.findings
    head, events = await connection.fetchval(sql("verify_head")), sum(part.events for part in streams)
    if not positions.findings and not head == events == positions.size:
        what = f"log_head says {head}, there are {events} events up to position {positions.size}"
        findings.append(Finding(min(head, events, positions.size) + 1, Kind.POSITIONS, what))
    keys, trusted, faults = _keys(trust, stored)
    own = _statements(stored)
    statements = [*own, *trust.statements]
    signed = check_statements(statements, keys, trusted, positions.roots, positions.size)
    witnessed = check_cosignatures(
        trust.statements, stored.cosignatures, stored.checkpoints, trust.witnesses, positions.roots
    )
    if statements and trust.keys and not signed.covered:
        faults.append(Finding(0, Kind.CHECKPOINT, "no checkpoint that holds is signed by the keys that were given"))
    findings += [Finding(fault.position, Kind.READS, fault.detail) for fault in await verify_reads(connection)]
    findings += [
        *faults,
        *check_stored(stored.checkpoints.values()),
        *signed.findings,
        *witnessed.findings,
        *stamps.findings,
    ]
    return Verdict(
        size=positions.size,
        root=positions.root,
        events=events,
        streams=sum(part.streams for part in streams),
        checkpoints=len(own),
        outside=len(trust.statements),
        covered=signed.covered,
        witnessed=witnessed.up_to,
        unknown_cosignatures=witnessed.unknown,
        stamps=stamps,
        keys=keys,
        trusted=bool(trust.keys),
        findings=first_of(findings),
    )


def _keys(trust: Trust, stored: _Stored) -> tuple[list[VerifyingKey], list[VerifyingKey], list[Finding]]:
    """All keys that the record names or that are trusted; of these, the trusted ones and what they lead to."""
    statements = [one.statement for one in stored.adoptions]
    try:
        named = [VerifyingKey.parse(one.key) for one in stored.adoptions]
        trusted = known_keys(trust.keys, statements) if trust.keys else named
    except NoteRefused as error:
        return list(trust.keys), list(trust.keys), [Finding(0, Kind.CHECKPOINT, f"keys of the log: {error}")]
    return [*dict.fromkeys((*trusted, *named))], trusted, []
