"""The history of one directive as a table: who did what, when, and what it changed."""

from collections.abc import Iterator
from datetime import datetime

from rich.table import Table
from rich.text import Text

from api.unit_names import units_of_recorded
from audit.replay import ReplayStep
from console.tables import actor_named, shown_due
from domain.events import (
    DeadlineMissed,
    DirectiveSuspended,
    Escalated,
    ExtensionRequested,
    ReminderDue,
    SubdirectiveClosed,
    SubdirectiveDeadlineChanged,
    SubdirectiveIssued,
)
from domain.instants import local, shown
from domain.validity import DatedDirectory
from domain.wording import EVENT_NAMES, PHASE_NAMES, named

_WORDS = {
    "number": "lần",
    "level": "cấp",
    "percent": "tiến độ %",
    "result": "kết quả:",
    "reason": "lý do:",
    "text": "",
    "officer": "giao",
    "name": "",
    "note": "ghi chú:",
    "waits_on": "chờ",
    "to_unit": "cho đơn vị",
}
"""Fields of events that are told as they are, with the words before them."""


def replay_table(steps: list[ReplayStep], dated: DatedDirectory | None = None) -> Table:
    """The history of one directive: who did what, when, and what it changed; below it the names of units, each of its day."""
    first = steps[0].state
    table = Table(
        *("#", "Vị trí", "Thời điểm", "Sự kiện", "Người thực hiện", "Thay đổi và căn cứ"),
        title=Text(f"{first.code} · {first.title}"),
        title_justify="left",
        box=None,
    )
    for column in table.columns[:3]:
        column.no_wrap = True
    for step in steps:
        event = step.recorded.event
        who = actor_named(event.actor) + (f" ({event.actor.unit})" if event.actor.unit else "")
        table.add_row(
            str(event.stream_version),
            str(step.recorded.global_position),
            f"{local(event.occurred_at):%d/%m/%Y %H:%M:%S}",
            Text(
                named(EVENT_NAMES, event.data.type), "red" if event.data.type in ("DeadlineMissed", "Escalated") else ""
            ),
            Text(who),
            _what_changed(step),
        )
    if dated is not None:
        named_units = dict.fromkeys(pair for step in steps for pair in units_of_recorded(step.recorded, dated).items())
        table.caption = Text("; ".join(f"{code}: {name}" for code, name in named_units))
        table.caption_justify = "left"
    return table


def _what_changed(step: ReplayStep) -> Text:
    data = step.recorded.event.data.model_dump(mode="json")
    parts = [
        *_told(step),
        *(f"{word} {data[field]}".strip() for field, word in _WORDS.items() if data.get(field) is not None),
    ]
    for field, (old, new) in step.changes.items():
        if field == "phase":
            parts.append(f"{named(PHASE_NAMES, old)} → {named(PHASE_NAMES, new)}")
        elif field == "due_at":
            parts.append(f"thời hạn {_due(old)} → {_due(new)}")
        elif field == "lead_unit":
            parts.append(f"chủ trì {old} → {new}")
    if "plan" in data:
        parts.append(f"hạn {_due(data['plan']['due_at'])}, {data['plan']['policy_version']}")
    told = Text("; ".join(parts))
    if data.get("informs"):
        told.append(f"{'; ' if parts else ''}báo {', '.join(data['informs'])}", "dim")
    return told


def _told(step: ReplayStep) -> Iterator[str]:
    """What an event says in words of its own."""
    match step.recorded.event.data:
        case ReminderDue(due_at=due_at) | DeadlineMissed(due_at=due_at) | Escalated(due_at=due_at):
            yield f"đến hạn lúc {local(due_at):%H:%M:%S %d/%m/%Y}"
        case ExtensionRequested(due_at=old, asked_due_at=asked):
            yield f"xin từ {shown(old)} đến {shown(asked)}"
        case DirectiveSuspended(until=until):
            yield f"đến {shown(until)}"
        case SubdirectiveIssued(code=code, lead_unit=unit, due_at=due_at):
            yield f"{code} cho {unit}, hạn {shown_due(due_at)}"
        case SubdirectiveDeadlineChanged(subdirective=below, due_at=due_at):
            yield from (child.code for child in step.state.subdirectives if child.id == below)
            yield f"hạn {shown_due(due_at)}"
        case SubdirectiveClosed(subdirective=below, completed=completed, late=late):
            yield from (child.code for child in step.state.subdirectives if child.id == below)
            yield ("hoàn thành" if completed else "thu hồi") + (" (quá hạn)" if late else "")
        case _:
            return


def _due(text: str | None) -> str:
    return shown_due(datetime.fromisoformat(text) if text else None)
