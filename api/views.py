"""States, events and notices as the contract shows them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from api.unit_names import units_of_event, units_of_state
from domain.calendar import WorkCalendar
from domain.directory import Unit
from domain.instants import rfc3339
from domain.phases import POSSIBLE
from domain.state import DirectiveState, Phase, Timeliness
from domain.validity import DatedDirectory
from domain.wording import EVENT_NAMES, OPENED_NAMES, PHASE_NAMES, TIMELINESS_NAMES, named
from storage.envelope import envelope_of
from storage.notices import Notice
from storage.reads import FoundRead
from storage.store import RecordedEvent


def etag(version: int) -> dict[str, str]:
    """The ETag header of a version."""
    return {"ETag": f'"{version}"'}


_UNSHOWN = {"pending_steps", "last_occurred_at", "last_recorded_at", "phase_before", "subdirectives"}


def directive_view(
    state: DirectiveState, now: datetime, children: Sequence[UUID] = (), dated: DatedDirectory | None = None
) -> dict[str, Any]:
    """A directive as it stands at `now`. `children` are those sub-directives that the reader may see; others are only counted.

    With the directory over time, units have their names of that day beside them.
    """
    fields = state.model_dump(mode="json", exclude=_UNSHOWN)
    timeliness = state.timeliness(now)
    return fields | {
        "timeliness": timeliness,
        "status_cell": state.status_cell(now),
        "phase_name": named(PHASE_NAMES, state.phase),
        "timeliness_name": named(TIMELINESS_NAMES, timeliness),
        "next_wakeup_at": rfc3339(state.next_wakeup_at) if state.next_wakeup_at else None,
        "possible": list(POSSIBLE[state.phase]),
        "steps": [step.model_dump(mode="json") for step in state.pending_steps],
        "children": [str(child) for child in children],
        **(units_of_state(state, now, dated) if dated else {}),
        "subdirectives": [child.model_dump(mode="json") for child in state.subdirectives if child.id in children],
        "subdirectives_total": len(state.subdirectives),
        "subdirectives_open": len(state.open_subdirectives),
    }


def progress_view(states: Sequence[DirectiveState], now: datetime, dated: DatedDirectory) -> dict[str, Any]:
    """Sub-directives with their numbers by standing and their mean progress; what was withdrawn counts for neither."""
    counted = [state for state in states if state.phase is not Phase.WITHDRAWN]
    standings = Counter(state.timeliness(now) for state in counted if not state.closed)
    return {
        "items": [directive_view(state, now, dated=dated) for state in states],
        "total": len(states),
        "withdrawn": len(states) - len(counted),
        "completed": sum(state.closed for state in counted),
        "open": {standing: standings[standing] for standing in Timeliness},
        "progress_percent": round(sum(s.progress_percent for s in counted) / len(counted)) if counted else None,
    }


def event_view(recorded: RecordedEvent, dated: DatedDirectory | None = None) -> dict[str, Any]:
    """An event as it was written, with its place and leaf hash; with the directory, `unit_names` are those of its day."""
    written = envelope_of(recorded.canonical)
    names = {"unit_names": units_of_event(written, dated)} if dated else {}
    return names | {
        "global_position": recorded.global_position,
        "schema": written["schema"],
        "stream_version": written["stream_version"],
        "type": written["type"],
        "type_name": named(EVENT_NAMES, written["type"]),
        "event_id": written["event_id"],
        "directive_id": written["stream_id"],
        "command_id": written["command_id"],
        "occurred_at": written["occurred_at"],
        "recorded_at": written["recorded_at"],
        "actor": written["actor"],
        "data": written["data"],
        "leaf_hash": recorded.leaf_hash.hex(),
    }


def notice_view(notice: Notice) -> dict[str, Any]:
    """One line of the inbox."""
    return {
        "id": str(notice.notice_id),
        "position": notice.position,
        "type": notice.type,
        "type_name": named(EVENT_NAMES, notice.type),
        "created_at": rfc3339(notice.created_at),
        "read_at": rfc3339(notice.read_at) if notice.read_at else None,
        "directive_id": str(notice.directive_id),
        "event_id": str(notice.event_id),
        "code": notice.code,
        "title": notice.title,
    }


def read_view(found: FoundRead) -> dict[str, Any]:
    """One note of a read; `code` is the number of the directive that was opened."""
    read = found.read
    return read.model_dump(mode="json") | {"kind_name": named(OPENED_NAMES, read.kind), "code": found.code}


def unit_view(unit: Unit) -> dict[str, Any]:
    """A unit of the directory."""
    return unit.model_dump(mode="json")


def calendar_view(calendar: WorkCalendar, year: int) -> dict[str, Any]:
    """The days of a year that differ from the plain week."""
    days = (
        {
            "day": one.day.isoformat(),
            "kind": "working" if one.working else "day_off",
            "name": one.name,
            "decision_number": one.decision,
        }
        for one in calendar.out_of_the_week(year)
    )
    return {"year": year, "calendar_version": calendar.version, "days": list(days)}
