"""Rulebook and histories from the record. What registries say by events counts; their tables only where there are none."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import get_args
from uuid import UUID

from audit.conformance.book import DEFAULT_WINDOWS, Adopted, DirectoryAt, MailSpan, Rulebook, Windows
from audit.conformance.course import Entry, History
from audit.conformance.directory_timeline import DirectoryTimeline
from domain.calendar import CalendarDecision, WorkCalendar
from domain.directory_changes import DirectoryChange
from domain.directory_error import DirectoryError
from domain.policy import Policy
from domain.registries import CalendarDecided, PolicyAdopted, Registry, RegistryEvent
from domain.validity import DatedDirectory
from storage.histories import events_of_streams, mailed_people, streams_after
from storage.pool import Pool
from storage.reference import Reference, load_reference
from storage.registries import history
from storage.store import RecordedEvent

AT_ONCE = 200
"""Directives whose histories are held at one time."""

Placed = Sequence[tuple[int, RegistryEvent]]
_KINDS = (Registry.POLICIES, Registry.CALENDAR, Registry.DIRECTORY)
_CHANGES = get_args(get_args(DirectoryChange)[0])


async def load_book(
    pool: Pool, as_of: datetime, windows: Windows = DEFAULT_WINDOWS, *, mail: Mapping[str, MailSpan] | None = None
) -> Rulebook:
    """The rulebook of a record, read up to an instant. `mail` None: asked of the whole record, which reads all of its outcomes."""
    reference = await load_reference(pool)
    placed = {registry: await _placed(pool, registry) for registry in _KINDS}
    if mail is None:
        mail = {one.username: MailSpan(one.first, one.last) for one in await mailed_people(pool, as_of)}
    return Rulebook(
        _policies(placed[Registry.POLICIES], reference),
        _calendars(placed[Registry.CALENDAR], reference),
        _directory(placed[Registry.DIRECTORY], reference.dated),
        as_of,
        mail=mail,
        windows=windows,
    )


async def _placed(pool: Pool, registry: Registry) -> Placed:
    return [(recorded.global_position, event) for recorded, event in await history(pool, registry)]


def _policies(placed: Placed, reference: Reference) -> list[Adopted]:
    adopted = {
        event.data.policy: Adopted(Policy.model_validate_json(event.data.document), position)
        for position, event in placed
        if isinstance(event.data, PolicyAdopted)
    }
    tabled = (policy for label, policy in reference.policy_versions.items() if label not in adopted)
    return [*map(Adopted, tabled), *adopted.values()]


def _calendars(placed: Placed, reference: Reference) -> list[tuple[int, WorkCalendar]]:
    """The calendar after each decision, the first without any."""
    decided = {
        data.revision: (position, _decision(data))
        for position, event in placed
        if isinstance(data := event.data, CalendarDecided)
    }
    for tabled in reference.calendar.decisions:
        decided.setdefault(tabled.revision, (0, tabled))
    calendars, decisions = [(0, WorkCalendar(()))], list[CalendarDecision]()
    for revision in sorted(decided):
        position, decision = decided[revision]
        decisions.append(decision)
        calendars.append((max(position, calendars[-1][0]), WorkCalendar(decisions)))
    return calendars


def _decision(data: CalendarDecided) -> CalendarDecision:
    return CalendarDecision(
        revision=data.revision,
        number=data.decision_number,
        decided_on=data.decided_on,
        reason=data.reason,
        entries=data.entries,
    )


def _directory(placed: Placed, tabled: DatedDirectory) -> DirectoryAt:
    changes = [(position, event.data) for position, event in placed if isinstance(event.data, _CHANGES)]
    try:
        timeline = DirectoryTimeline(changes)
        whole = {*tabled.units, *tabled.people} <= {*timeline.last.units, *timeline.last.people}
    except DirectoryError:
        whole = False  # its events begin in the middle
    return (lambda position, day: timeline(position).on(day)) if whole else (lambda _, day: tabled.on(day))


async def all_histories(pool: Pool, as_of: datetime) -> AsyncIterator[list[History]]:
    """The histories of all directives in the order in which they were issued, some at a time."""
    position = 0
    while found := await streams_after(pool, position, AT_ONCE):
        yield await histories(pool, [directive_id for directive_id, _ in found], as_of)
        position = found[-1][1]


async def histories(pool: Pool, directive_ids: Sequence[UUID], as_of: datetime) -> list[History]:
    """The histories of these directives, each with that of the one above it, as recorded by an instant; without empty ones."""
    own = await _read(pool, directive_ids, as_of)
    above = {issued.parent for one in own.values() if (issued := one.issued) is not None and issued.parent is not None}
    parents = {**own, **await _read(pool, sorted(above - own.keys()), as_of)}
    return [_with_above(own[one], parents) for one in directive_ids if own[one].entries or own[one].unreadable]


def _with_above(own: History, parents: Mapping[UUID, History]) -> History:
    parent = own.issued.parent if own.issued is not None else None
    above = parents.get(parent) if parent is not None else None
    return History(own.id, own.entries, above if above is not None and above.entries else None, own.unreadable)


async def _read(pool: Pool, directive_ids: Sequence[UUID], as_of: datetime) -> dict[UUID, History]:
    streams = await events_of_streams(pool, directive_ids) if directive_ids else {}
    return {directive_id: history_of(directive_id, events, as_of) for directive_id, events in streams.items()}


def history_of(directive_id: UUID, recorded: Iterable[RecordedEvent], as_of: datetime) -> History:
    """The history as recorded by an instant, up to the first event whose bytes cannot be read."""
    entries: list[Entry] = []
    for one in recorded:
        try:
            event = one.event
        except (ValueError, KeyError, TypeError):
            return History(directive_id, tuple(entries), unreadable=one.global_position)
        if event.recorded_at <= as_of:
            entries.append(Entry(one.global_position, event))
    return History(directive_id, tuple(entries))
