"""One pass over the events of some streams, history by history: bytes, columns, versions, and the fold against read models."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from audit.verify.ahead import Ahead
from audit.verify.findings import FOUND_AT_MOST, Finding, Kind
from audit.verify.read_models import differing_directive, differing_notices
from audit.verify.rows import ColumnsOfEvent, Rows
from domain.events import Event
from domain.evolve import HistoryBroken, evolve, fold
from domain.registries import REGISTRY_STREAMS
from domain.state import DirectiveState
from storage.envelope import event_from, is_canonical, leaf_hash, registry_event_from
from storage.read_models import directive_row, notices_of

_UNREADABLE = (ValueError, KeyError, TypeError)
"""What reading bytes that are no event raises; pydantic's errors are ValueErrors."""


@dataclass
class StreamsSeen:
    """How many events and streams were gone through, and what was found."""

    events: int = 0
    streams: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, position: int, kind: Kind, what: str) -> None:
        """Keep a finding, while there are not too many."""
        if len(self.findings) < FOUND_AT_MOST:
            self.findings.append(Finding(position, kind, what))


async def check_streams(rows: Rows, signed: int = 0) -> StreamsSeen:
    """Go through the streams of `rows`. Bytes above position `signed`, under no checkpoint yet, must be canonical too."""
    seen = StreamsSeen()
    directives, notices = Ahead(rows.directives(), owner=0), Ahead(rows.notices(), owner=3)
    history: _History | None = None
    async for batch in rows.events():
        seen.events += len(batch)
        for row in batch:
            if history is None or row.stream_id != history.stream_id:
                await _close(history, directives, notices, seen)
                history = _History(row.stream_id, signed, seen)
                seen.streams += 1
            history.take(row)
    await _close(history, directives, notices, seen)
    _tell_strays(await directives.before(None), await notices.before(None), seen)
    return seen


class _History:
    """A stream as it is gone through, event by event."""

    def __init__(self, stream_id: UUID, signed: int, seen: StreamsSeen) -> None:
        self.stream_id = stream_id
        self.of_registry = stream_id in REGISTRY_STREAMS
        self._signed = signed
        self._seen = seen
        self._version = 0
        self._last_position = 0
        self._events: list[Event] = []
        self._positions: list[int] = []
        self._whole = True
        """Whether every event so far is there and could be read; else the read models prove nothing more."""

    def take(self, row: ColumnsOfEvent) -> None:
        """The next event."""
        if leaf_hash(row.canonical) != row.leaf_hash:
            self._seen.add(row.global_position, Kind.BYTES, f"event {row.event_id}: leaf_hash {row.leaf_hash.hex()}")
        self._check_place(row)
        try:
            if row.global_position > self._signed and not is_canonical(row.canonical):
                self._seen.add(
                    row.global_position, Kind.BYTES, f"event {row.event_id}: not in the canonical form of RFC 8785"
                )
            self._read(row)
        except _UNREADABLE as error:
            self._seen.add(row.global_position, Kind.EVENT, f"event {row.event_id}: {_brief(error)}")
            self._whole = False

    def _check_place(self, row: ColumnsOfEvent) -> None:
        if row.stream_version != self._version + 1:
            what = f"stream {self.stream_id}: version {row.stream_version} where {self._version + 1} belongs"
            self._seen.add(row.global_position, Kind.CHAIN, what)
            self._whole = False
        if row.global_position <= self._last_position:
            what = f"stream {self.stream_id}: version {row.stream_version} stands before the one it follows"
            self._seen.add(row.global_position, Kind.CHAIN, what)
        self._version, self._last_position = row.stream_version, row.global_position

    def _read(self, row: ColumnsOfEvent) -> None:
        if self.of_registry:
            entry = registry_event_from(row.canonical)
            self._compare(row, entry.registry.stream_id, entry)
            return
        event = event_from(row.canonical)
        self._compare(row, event.directive_id, event)
        self._events.append(event)
        self._positions.append(row.global_position)

    def _compare(self, row: ColumnsOfEvent, stream_id: UUID, event: Any) -> None:
        """The columns beside the bytes serve queries; whoever changed them would deceive those."""
        actor = event.actor
        said = (
            *(event.event_id, stream_id, event.stream_version, event.command_id, event.data.type),
            *(event.occurred_at, event.recorded_at, actor.user, actor.unit, actor.role, actor.on_behalf_of),
        )
        if row[1:12] != said:
            differing = [
                f"{name}: {column} in place of {value}"
                for name, column, value in zip(ColumnsOfEvent._fields[1:12], row[1:12], said, strict=True)
                if column != value
            ]
            self._seen.add(row.global_position, Kind.COLUMNS, "; ".join(differing))

    def made(self) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]] | None:
        """The row of the directive and its inbox lines, by a fresh fold; None if the history cannot be folded."""
        if not self._whole:
            return None
        try:
            state = fold(self._events)
        except _UNREADABLE:
            self._tell_break()
            return None
        if state is None:
            return None
        lines = [
            line for event, at in zip(self._events, self._positions, strict=True) for line in notices_of(event, at)
        ]
        lines.sort(key=lambda line: (line[1], line[2]))
        return directive_row(state, self._last_position, new=True), lines

    def _tell_break(self) -> None:
        """Step by step, to say at which event the history breaks."""
        state: DirectiveState | None = None
        for event, position in zip(self._events, self._positions, strict=True):
            try:
                state = evolve(state, event)
            except _UNREADABLE as error:
                kind = Kind.CHAIN if isinstance(error, HistoryBroken) else Kind.EVENT
                self._seen.add(position, kind, f"event {event.event_id}: {_brief(error)}")
                return


async def _close(history: _History | None, directives: Ahead, notices: Ahead, seen: StreamsSeen) -> None:
    """Compare the read models of a stream that has been gone through; what comes before it belongs to none."""
    if history is None:
        return
    _tell_strays(await directives.before(history.stream_id), await notices.before(history.stream_id), seen)
    row, lines = await directives.of(history.stream_id), await notices.of(history.stream_id)
    if history.of_registry:
        _tell_strays(row, lines, seen)
        return
    made = history.made()
    if made is not None:
        for finding in differing_directive(row, made[0]) + differing_notices(lines, made[1]):
            seen.add(finding.position, finding.kind, finding.what)


def _tell_strays(directives: list[tuple[Any, ...]], notices: list[tuple[Any, ...]], seen: StreamsSeen) -> None:
    for row in directives:
        seen.add(row[3], Kind.READ_MODEL, f"directives: {row[0]} is no directive with events")
    for row in notices:
        seen.add(row[1], Kind.READ_MODEL, f"notices: {row[0]} is of no directive with events")


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
