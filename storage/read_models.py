"""What the append writes beside the events, as functions of these: the columns of directives and notices, and of commands."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from domain.events import Event
from domain.ids import notice_id
from domain.state import DirectiveState
from domain.text import fold
from storage.store import Commit, seal


def append_arguments(commits: Sequence[Commit], decided_under: int | None = None) -> list[Any]:
    """The parameters of the append statement for these commits; also what the benchmark hands to pgbench."""
    return [*_Rows(commits).arguments(), decided_under]


class _Rows:
    """The columns that the append statement takes, one array each, in the order of its parameters."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self._events: list[tuple[Any, ...]] = []
        self._commands: list[tuple[Any, ...]] = []
        self._directives: dict[UUID, tuple[Any, ...]] = {}
        self._notices: list[tuple[Any, ...]] = []
        for commit in commits:
            self._add(commit)

    def arguments(self) -> list[list[Any]]:
        tables = ((self._events, 13), (self._commands, 6), ([*self._directives.values()], 18), (self._notices, 7))
        return [[row[i] for row in table] for table, width in tables for i in range(width)]

    def _add(self, commit: Commit) -> None:
        for event in commit.events:
            actor = event.actor
            self._events.append(
                (
                    event.event_id,
                    event.directive_id,
                    event.stream_version,
                    event.command_id,
                    event.data.type,
                    event.occurred_at,
                    event.recorded_at,
                    actor.user,
                    actor.unit,
                    actor.role,
                    actor.on_behalf_of,
                    *seal(event),
                )
            )
            self._notices.extend(notices_of(event, len(self._events)))
        first, last = commit.events[0].stream_version, commit.events[-1].stream_version
        place = len(self._events)
        self._commands.append((commit.command_id, commit.directive_id, commit.fingerprint, first, last, place))
        new = first == 1 or commit.directive_id in self._directives
        self._directives[commit.directive_id] = directive_row(
            commit.state, place, new=new
        )  # of several, the last stands


def notices_of(event: Event, position: int) -> Iterator[tuple[Any, ...]]:
    """The inbox rows that an event calls for: (notice_id, position, recipient, directive_id, event_id, type, created_at)."""
    for recipient in event.data.informs:
        yield (
            notice_id(event.event_id, recipient),
            position,
            recipient,
            event.directive_id,
            event.event_id,
            event.data.type,
            event.recorded_at,
        )


def directive_row(state: DirectiveState, position: int, *, new: bool) -> tuple[Any, ...]:
    """The row of a directive whose last event stands at `position`; `new` if it is to be written whole.

    (directive_id, code, version, last_position, phase, title, search, lead_unit, units joined by spaces, issuer, officer,
    source_number, parent, issued_at, due_at, due_soon_from, overdue_from, state as JSON)
    """
    # A substitute's own unit has no part in what is issued in the name of another.
    own = state.issuer.unit if state.issuer.on_behalf_of is None else None
    issuing = tuple(unit for unit in (state.issuer.over, own) if unit)
    former = (tenure.unit for tenure in state.tenures)
    units = dict.fromkeys((state.lead_unit, *state.coordinating_units, *state.informed_units, *issuing, *former))
    number = state.source.number if state.source else None
    return (
        state.id,
        state.code,
        state.version,
        position,
        state.phase,
        state.title,
        # written once, with the first event; the update of a row leaves it as it is
        fold(f"{state.code} {state.title} {number or ''} {state.content}") if new else "",
        state.lead_unit,
        " ".join(units),
        state.issuer.in_name_of,
        state.officer,
        number,
        state.parent,
        state.issued_at,
        state.due_at,
        state.due_soon_from,
        state.overdue_from,
        state.model_dump_json(),
    )
