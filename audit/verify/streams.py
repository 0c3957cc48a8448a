"""One pass over the events of some streams, history by history: bytes, columns, versions, and the fold against read models."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from audit.verify.findings import FOUND_AT_MOST, Finding, Kind
from audit.verify.rows import ColumnsOfEvent, Rows
from domain.evolve import HistoryBroken, evolve
from domain.registries import Registry
from domain.state import DirectiveState
from storage.envelope import event_from, leaf_hash, registry_event_from
from storage.read_models import directive_row, notices_of

_REGISTRIES = {registry.stream_id for registry in Registry}


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


async def check_streams(rows: Rows) -> StreamsSeen:
    """Go through the streams of `rows`."""
    seen = StreamsSeen()
    directives, notices = _Ahead(rows.directives()), _Ahead(rows.notices())
    history: _History | None = None
    async for row in rows.events():
        if history is None or row.stream_id != history.stream_id:
            if history is not None:
                await _close(history, directives, notices, seen)
            history = _History(row.stream_id, seen)
            seen.streams += 1
        history.take(row)
        seen.events += 1
    if history is not None:
        await _close(history, directives, notices, seen)
    await _close(None, directives, notices, seen)
    return seen


class _History:
    """A stream as it is gone through, event by event."""

    def __init__(self, stream_id: UUID, seen: StreamsSeen) -> None:
        self.stream_id = stream_id
        self._seen = seen
        self._version = 0
        self.last_position = 0
        self.state: DirectiveState | None = None
        self.readable = True
        """Whether all events so far could be folded; after one that cannot, the read models prove nothing more."""
        self.notices: list[tuple[Any, ...]] = []

    def take(self, row: ColumnsOfEvent) -> None:
        """The next event."""
        position = row.global_position
        if leaf_hash(row.canonical) != row.leaf_hash:
            self._seen.add(position, Kind.BYTES, f"event {row.event_id}: leaf_hash {row.leaf_hash.hex()}")
        if row.stream_version != self._version + 1:
            what = f"stream {self.stream_id}: version {row.stream_version} where {self._version + 1} belongs"
            self._seen.add(position, Kind.CHAIN, what)
            self.readable = False
        self._version = row.stream_version
        if position <= self.last_position:
            what = f"stream {self.stream_id}: version {row.stream_version} stands before the one it follows"
            self._seen.add(position, Kind.CHAIN, what)
        self.last_position = position
        try:
            self._read(row)
        except (ValidationError, ValueError, KeyError, TypeError) as error:
            kind = Kind.CHAIN if isinstance(error, HistoryBroken) else Kind.EVENT
            self._seen.add(position, kind, f"event {row.event_id}: {_brief(error)}")
            self.readable = False

    def _read(self, row: ColumnsOfEvent) -> None:
        if self.stream_id in _REGISTRIES:
            entry = registry_event_from(row.canonical)
            self._compare(row, entry.registry.stream_id, entry)
            return
        event = event_from(row.canonical)
        self._compare(row, event.directive_id, event)
        if self.readable:
            self.state = evolve(self.state, event)
            self.notices.extend(notices_of(event, row.global_position))

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


async def _close(history: "_History | None", directives: "_Ahead", notices: "_Ahead", seen: StreamsSeen) -> None:
    """Compare the read models of a stream that has been gone through; of all that are left, if `history` is None."""
    stream_id = history.stream_id if history else None
    for stray in await directives.before(stream_id):
        seen.add(stray[3], Kind.READ_MODEL, f"directives: {stray[0]} has no events")
    for stray in await notices.before(stream_id):
        seen.add(stray[1], Kind.READ_MODEL, f"notices: {stray[0]} is of a directive without events")
    if history is None:
        return
    row, held = await directives.of(history.stream_id), await notices.of(history.stream_id)
    if not history.readable or history.stream_id in _REGISTRIES:
        return
    if history.state is not None:
        _compare_directive(row, directive_row(history.state, history.last_position, new=True), seen)
    _compare_notices(held, history.notices, seen)


DIRECTIVE_COLUMNS = (
    *("directive_id", "code", "version", "last_position", "phase", "title", "search", "lead_unit", "units", "issuer"),
    *("officer", "source_number", "parent", "issued_at", "due_at", "due_soon_from", "overdue_from", "state"),
)


def _compare_directive(held: list[tuple[Any, ...]], made: tuple[Any, ...], seen: StreamsSeen) -> None:
    position = made[3]
    if not held:
        seen.add(position, Kind.READ_MODEL, f"directives: {made[0]} ({made[1]}) is not there")
        return
    if held[0] == made:
        return
    for name, column, value in zip(DIRECTIVE_COLUMNS, held[0], made, strict=True):
        if column != value and not (name == "state" and _same_state(column, value)):
            shown = "" if name in ("state", "search") else f": {column} in place of {value}"
            seen.add(position, Kind.READ_MODEL, f"directives: {made[1]}, {name}{shown}")


def _same_state(column: str, made: str) -> bool:
    """States written by an older program lack fields that have been added since; as states they are the same."""
    try:
        return DirectiveState.model_validate_json(column) == DirectiveState.model_validate_json(made)
    except ValidationError:
        return False


def _compare_notices(held: list[tuple[Any, ...]], made: list[tuple[Any, ...]], seen: StreamsSeen) -> None:
    if len(held) == len(made) and set(held) == set(made):
        return
    for row in set(made) - set(held):
        seen.add(row[1], Kind.READ_MODEL, f"notices: that of event {row[4]} to {row[2]} is not there as it was written")
    for row in set(held) - set(made):
        seen.add(row[1], Kind.READ_MODEL, f"notices: {row[0]} to {row[2]} does not come from event {row[4]}")


class _Ahead:
    """Rows in order of the directive they belong to, read along with the streams."""

    def __init__(self, rows: AsyncIterator[tuple[UUID, tuple[Any, ...]]]) -> None:
        self._rows = rows
        self._next: tuple[UUID, tuple[Any, ...]] | None = None
        self._begun = False

    async def before(self, stream_id: UUID | None) -> list[tuple[Any, ...]]:
        """Those that come before a stream, so belong to none that has events; all that are left, if it is None."""
        return await self._take(lambda owner: stream_id is None or owner < stream_id)

    async def of(self, stream_id: UUID) -> list[tuple[Any, ...]]:
        """Those of a stream."""
        return await self._take(lambda owner: owner == stream_id)

    async def _take(self, wanted: Any) -> list[tuple[Any, ...]]:
        if not self._begun:
            self._begun, self._next = True, await anext(self._rows, None)
        taken = []
        while self._next is not None and wanted(self._next[0]):
            taken.append(self._next[1])
            self._next = await anext(self._rows, None)
        return taken


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
