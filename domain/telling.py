"""What events say beside their name, in words: for histories on the screen and on paper."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from domain.channels import HELD_BACK
from domain.event_values import Actor
from domain.events import (
    DeadlineMissed,
    DirectiveSuspended,
    Escalated,
    EventData,
    ExtensionRequested,
    NotificationFailed,
    ReminderDue,
    SubdirectiveClosed,
    SubdirectiveDeadlineChanged,
    SubdirectiveIssued,
)
from domain.instants import local, shown
from domain.wording import Language

_WORDS: dict[str, tuple[str, str]] = {
    "number": ("lần", "no."),
    "level": ("cấp", "level"),
    "percent": ("tiến độ %", "progress %"),
    "result": ("kết quả:", "result:"),
    "reason": ("lý do:", "reason:"),
    "text": ("", ""),
    "officer": ("giao", "to"),
    "name": ("", ""),
    "note": ("ghi chú:", "note:"),
    "waits_on": ("chờ", "waits on"),
    "to_unit": ("cho đơn vị", "to unit"),
}
"""Fields of events that are told as they are, with the words before them."""


def told(data: EventData, codes: Mapping[UUID, str], language: Language = "vi") -> list[str]:
    """What the event says, part by part; `codes` are the numbers of the sub-directives that are known."""
    fields = data.model_dump(mode="json")
    english = language == "en"
    named = (
        f"{words[english]} {fields[field]}".strip() for field, words in _WORDS.items() if fields.get(field) is not None
    )
    return [*_in_own_words(data, codes, english=english), *named]


def _in_own_words(data: EventData, codes: Mapping[UUID, str], *, english: bool) -> Iterator[str]:
    match data:
        case ReminderDue(due_at=due_at) | DeadlineMissed(due_at=due_at) | Escalated(due_at=due_at):
            yield f"{'due at' if english else 'đến hạn lúc'} {local(due_at):%H:%M:%S %d/%m/%Y}"
        case ExtensionRequested(due_at=old, asked_due_at=asked):
            yield f"from {shown(old)} to {shown(asked)}" if english else f"xin từ {shown(old)} đến {shown(asked)}"
        case DirectiveSuspended(until=until):
            yield f"{'until' if english else 'đến'} {shown(until)}"
        case SubdirectiveIssued(code=code, lead_unit=unit, due_at=due_at):
            due = shown_due(due_at, english=english)
            yield f"{code} to {unit}, {due}" if english else f"{code} cho {unit}, hạn {due}"
        case SubdirectiveDeadlineChanged(subdirective=below, due_at=due_at):
            yield from (codes[one] for one in (below,) if one in codes)
            yield f"{'deadline' if english else 'hạn'} {shown_due(due_at, english=english)}"
        case SubdirectiveClosed(subdirective=below, completed=completed, late=late):
            yield from (codes[one] for one in (below,) if one in codes)
            if english:
                yield ("completed" if completed else "withdrawn") + (" (late)" if late else "")
            else:
                yield ("hoàn thành" if completed else "thu hồi") + (" (quá hạn)" if late else "")
        case NotificationFailed(undelivered=undelivered):
            for one in undelivered:
                chosen = one.error in HELD_BACK.values()
                own = "not mailed, by their own choice" if english else "không gửi thư, theo lựa chọn của người nhận"
                yield f"{one.recipient}: {own if chosen else one.error}"
        case _:
            return


def shown_due(due_at: datetime | None, *, english: bool = False) -> str:
    """A deadline as people read it, on the local clock."""
    return shown(due_at) if due_at else "no deadline" if english else "không hạn"


def actor_named(actor: Actor) -> str:
    """Who acted, and for whom."""
    absent = actor.on_behalf_of_name or actor.on_behalf_of
    return f"{actor.name}, thay {absent}" if absent else actor.name
