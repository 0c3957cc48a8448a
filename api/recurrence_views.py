"""Recurrences and their occurrences as the contract shows them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from domain.calendar import WorkCalendar
from domain.instants import rfc3339
from domain.occurring import due_day
from domain.period import Period
from domain.recurrence import Recurrence, Status
from domain.recurring import POSSIBLE, RecurrenceChange
from domain.state import DirectiveState
from domain.wording import CHANGE_NAMES, PHASE_NAMES, RECURRENCE_NAMES, TIMELINESS_NAMES, named
from storage.recurrences import RefusedOccurrence

NEXT_SHOWN = 3


def recurrence_view(recurrence: Recurrence, now: datetime, calendar: WorkCalendar) -> dict[str, Any]:
    """A recurrence as it stands at `now`, with the next occurrences that it will issue."""
    fields = recurrence.model_dump(mode="json", exclude={"template": {"name", "deadline"}})
    coming = recurrence.coming(now) if recurrence.status is Status.ACTIVE else ()
    return {
        **{name: fields.pop(name) for name in ("id", "version", "status")},
        "status_name": named(RECURRENCE_NAMES, recurrence.status),
        "title": recurrence.template.title,
        "lead_unit": recurrence.template.lead_unit,
        **fields,
        "possible": list(POSSIBLE[recurrence.status]),
        "next": [_planned(recurrence, period, calendar) for period in islice(coming, NEXT_SHOWN)],
    }


def _planned(recurrence: Recurrence, period: Period, calendar: WorkCalendar) -> dict[str, Any]:
    command = recurrence.occurrence(period)
    due_on = due_day(command, calendar)
    return {
        "period": str(period),
        "title": command.directive.title,
        "issue_at": rfc3339(command.issue_at),
        "due_on": due_on.isoformat() if due_on else None,
    }


def change_view(change: RecurrenceChange) -> dict[str, Any]:
    """One change of a recurrence: who, when, what, why."""
    return change.model_dump(mode="json") | {"kind_name": named(CHANGE_NAMES, change.kind)}


def occurrence_views(
    issued: Sequence[DirectiveState], refused: Sequence[RefusedOccurrence], now: datetime, language: str
) -> list[dict[str, Any]]:
    """Occurrences, the latest period first: each directive that was issued, each time that a period was refused."""
    shown = [_issued(state, now) for state in issued] + [_refused(one, language) for one in refused]
    return sorted(shown, key=lambda one: (one["period"], one["at"]), reverse=True)


def _issued(state: DirectiveState, now: datetime) -> dict[str, Any]:
    timeliness = state.timeliness(now)
    return {
        "period": state.recurrence.period if state.recurrence else "",
        "outcome": "issued",
        "at": rfc3339(state.issued_at),
        "directive": {
            "id": str(state.id),
            "code": state.code,
            "title": state.title,
            "phase": state.phase,
            "phase_name": named(PHASE_NAMES, state.phase),
            "timeliness": timeliness,
            "timeliness_name": named(TIMELINESS_NAMES, timeliness),
            "due_at": rfc3339(state.due_at) if state.due_at else None,
        },
    }


def _refused(one: RefusedOccurrence, language: str) -> dict[str, Any]:
    refusal = one.refusal
    return {
        "period": one.period,
        "outcome": "refused",
        "at": rfc3339(one.refused_at),
        "refusal": {"code": refusal.code, "detail": refusal.message(language), **refusal.params},
    }
