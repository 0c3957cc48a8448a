"""The past told again, as JSON: the same over HTTP and at the command line."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.unit_names import names_on
from api.views import directive_view, event_view
from audit.replay.context import Around
from audit.replay.district import District, Standing
from audit.replay.lateness import Lateness, PlanCheck
from audit.replay.one import Replayed
from audit.replay.steps import ReplayStep
from domain.event_values import Plan
from domain.instants import local, rfc3339
from domain.validity import DatedDirectory
from domain.wording import CELL_NAMES, EVENT_NAMES, PHASE_NAMES, REGISTRY_EVENT_NAMES, TIMELINESS_NAMES, named
from storage.envelope import envelope_of


def step_view(step: ReplayStep, dated: DatedDirectory) -> dict[str, Any]:
    """An event with what it changed, and the rules that the directive is under after it."""
    return {
        **event_view(step.recorded, dated),
        "changes": step.changes,
        "policy_version": step.state.policy_version,
        "calendar_version": step.state.calendar_version,
    }


def replay_view(told: Replayed, dated: DatedDirectory, children: Sequence[UUID] = ()) -> dict[str, Any]:
    """A directive as it stood, and how it came to that. `children` are the sub-directives that the reader may see."""
    at = told.clocks.at
    view: dict[str, Any] = {
        "at": rfc3339(at),
        "known": rfc3339(told.clocks.known),
        "state": directive_view(told.state, at, children, dated),
        "items": [step_view(step, dated) for step in told.steps],
        "unknown_then": [event_view(one, dated) for one in told.unknown_then],
        "in_hindsight": directive_view(told.in_hindsight, at, children, dated) if told.unknown_then else None,
    }
    if told.context is not None:
        view["context"] = [_around_view(one) for one in told.context]
    if told.lateness is not None:
        view["lateness"] = lateness_view(told.lateness)
    return view


def _around_view(one: Around) -> dict[str, Any]:
    written = envelope_of(one.recorded.canonical)
    return {
        "global_position": one.recorded.global_position,
        "registry": one.event.registry,
        "type": written["type"],
        "type_name": named(REGISTRY_EVENT_NAMES, written["type"]),
        "occurred_at": written["occurred_at"],
        "recorded_at": written["recorded_at"],
        "actor": written["actor"],
        "data": written["data"],
    }


def lateness_view(found: Lateness) -> dict[str, Any]:
    """Whether it was late by what was recorded and by both computations, and each deadline with what differs."""
    return {
        "at": rfc3339(found.at),
        "late": {"recorded": found.recorded, "rules_then": found.then, "rules_today": found.today},
        "deadlines": [_check_view(check) for check in found.plans],
    }


def _check_view(check: PlanCheck) -> dict[str, Any]:
    return {
        "version": check.version,
        "type": check.type,
        "type_name": named(EVENT_NAMES, check.type),
        "set_at": rfc3339(check.set_at),
        "recorded": _plan_view(check.plan),
        "rules_then": _plan_view(check.then),
        "rules_today": _plan_view(check.today),
        "agrees": check.agrees,
        "calendar_rebuilt": check.calendar_rebuilt,
        "notes": [{"vi": vi, "en": en} for vi, en in check.notes],
    }


def _plan_view(plan: Plan | None) -> dict[str, Any] | None:
    return None if plan is None else plan.model_dump(mode="json")


def district_view(found: District, dated: DatedDirectory, shown: Sequence[Standing]) -> dict[str, Any]:
    """Totals over all that was found, in all and by lead unit, and of the directives themselves those in `shown`.

    Units have their names of that day.
    """
    day = local(found.clocks.at).date()
    return {
        "at": rfc3339(found.clocks.at),
        "known": rfc3339(found.clocks.known),
        "total": len(found.standings),
        "cells": {cell: {"name": named(CELL_NAMES, cell), "count": count} for cell, count in found.cells.items()},
        "units": [
            {"unit": code, "unit_name": names_on(code, dated, day), "total": sum(cells.values()), "cells": cells}
            for code, cells in found.by_unit.items()
        ],
        "items": [_standing_view(one, names_on(one.lead_unit, dated, day)) for one in shown],
    }


def _standing_view(one: Standing, lead_unit_name: str) -> dict[str, Any]:
    return {
        **one._asdict(),
        "id": str(one.id),
        "due_at": rfc3339(one.due_at) if one.due_at else None,
        "lead_unit_name": lead_unit_name,
        "phase_name": named(PHASE_NAMES, one.phase),
        "timeliness_name": named(TIMELINESS_NAMES, one.timeliness),
    }
