"""What events say beside their name, in words: for histories on the screen and on paper."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from domain.event_values import Actor
from domain.events import (
    DeadlineMissed,
    DirectiveSuspended,
    Escalated,
    EventData,
    ExtensionRequested,
    ReminderDue,
    SubdirectiveClosed,
    SubdirectiveDeadlineChanged,
    SubdirectiveIssued,
)
from domain.instants import local, shown

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


def told(data: EventData, codes: Mapping[UUID, str]) -> list[str]:
    """What the event says, part by part; `codes` are the numbers of the sub-directives that are known."""
    fields = data.model_dump(mode="json")
    named = (f"{word} {fields[field]}".strip() for field, word in _WORDS.items() if fields.get(field) is not None)
    return [*_in_own_words(data, codes), *named]


def _in_own_words(data: EventData, codes: Mapping[UUID, str]) -> Iterator[str]:
    match data:
        case ReminderDue(due_at=due_at) | DeadlineMissed(due_at=due_at) | Escalated(due_at=due_at):
            yield f"đến hạn lúc {local(due_at):%H:%M:%S %d/%m/%Y}"
        case ExtensionRequested(due_at=old, asked_due_at=asked):
            yield f"xin từ {shown(old)} đến {shown(asked)}"
        case DirectiveSuspended(until=until):
            yield f"đến {shown(until)}"
        case SubdirectiveIssued(code=code, lead_unit=unit, due_at=due_at):
            yield f"{code} cho {unit}, hạn {shown_due(due_at)}"
        case SubdirectiveDeadlineChanged(subdirective=below, due_at=due_at):
            yield from (codes[one] for one in (below,) if one in codes)
            yield f"hạn {shown_due(due_at)}"
        case SubdirectiveClosed(subdirective=below, completed=completed, late=late):
            yield from (codes[one] for one in (below,) if one in codes)
            yield ("hoàn thành" if completed else "thu hồi") + (" (quá hạn)" if late else "")
        case _:
            return


def shown_due(due_at: datetime | None) -> str:
    """A deadline as people read it, on the local clock."""
    return shown(due_at) if due_at else "không hạn"


def actor_named(actor: Actor) -> str:
    """Who acted, and for whom."""
    absent = actor.on_behalf_of_name or actor.on_behalf_of
    return f"{actor.name}, thay {absent}" if absent else actor.name
