"""Rows of read models against what a fresh fold makes of the events."""

from typing import Any

from pydantic import ValidationError

from audit.verify.findings import Finding, Kind
from domain.state import DirectiveState

COLUMNS = (
    *("directive_id", "code", "version", "last_position", "phase", "title", "search", "lead_unit", "units", "issuer"),
    *("officer", "source_number", "parent", "issued_at", "due_at", "due_soon_from", "overdue_from", "state"),
)
"""Of the list of directives, in the order of storage.read_models.directive_row."""
_LONG = {"search", "state"}


def differing_directive(held: list[tuple[Any, ...]], made: tuple[Any, ...]) -> list[Finding]:
    """What differs between the row that is held, if there is one, and the one that is made."""
    position = made[3]
    if not held:
        return [Finding(position, Kind.READ_MODEL, f"directives: {made[0]} ({made[1]}) is not there")]
    if held[0] == made:
        return []
    return [
        Finding(position, Kind.READ_MODEL, f"directives: {made[1]}, {name}{_shown(name, column, value)}")
        for name, column, value in zip(COLUMNS, held[0], made, strict=True)
        if column != value and not (name == "state" and _same_state(column, value))
    ]


def _shown(name: str, column: object, value: object) -> str:
    return "" if name in _LONG else f": {column} in place of {value}"


def _same_state(column: str, made: str) -> bool:
    """States written by an older program lack fields that have been added since; as states they are the same."""
    try:
        return DirectiveState.model_validate_json(column) == DirectiveState.model_validate_json(made)
    except ValidationError:
        return False


def differing_notices(held: list[tuple[Any, ...]], made: list[tuple[Any, ...]]) -> list[Finding]:
    """Inbox lines that are missing, and those that come from no event; both lists in order of position and recipient."""
    if held == made:
        return []
    missing = sorted(set(made) - set(held))
    strange = sorted(set(held) - set(made), key=str)
    return [
        *(_of_line(row, f"that of event {row[4]} to {row[2]} is not as it was written") for row in missing),
        *(_of_line(row, f"{row[0]} to {row[2]} does not come from event {row[4]}") for row in strange),
    ]


def _of_line(row: tuple[Any, ...], what: str) -> Finding:
    return Finding(row[1], Kind.READ_MODEL, f"notices: {what}")
