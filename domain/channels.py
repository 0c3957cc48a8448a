"""Which notices reach a person out of the house, and when, by their own choice. The inbox has every notice, whatever they chose."""

from enum import StrEnum

from domain.audience import parties_of, people
from domain.desk import decides
from domain.directory import Directory, Person, Role
from domain.events import Event
from domain.model import Instant, Value
from domain.policy import Audience, Urgency
from domain.state import DirectiveState


class Channel(StrEnum):
    """A way to a person out of the house."""

    EMAIL = "email"


class Mode(StrEnum):
    """What somebody wants of a channel."""

    EACH = "each"
    """Every notice as it comes; who has not chosen has this."""
    DAILY = "daily"
    """One summary in the morning of a working day, and at once what cannot wait for it."""
    URGENT_ONLY = "urgent_only"
    """What presses: reminders, overdue, escalations, decisions that wait for them, and whatever is thượng khẩn or hoả tốc."""
    OFF = "off"
    """Nothing but what may not be switched off."""


class Goes(StrEnum):
    """What becomes of a notice on a channel."""

    NOW = "now"
    DIGEST = "digest"
    NOT = "not"


class Choice(Value):
    """What somebody chose for a channel, and from when on it holds."""

    mode: Mode
    since: Instant


HELD_BACK: dict[Goes, str] = {
    Goes.DIGEST: "held back by the recipient's own choice: it comes with the daily digest",
    Goes.NOT: "held back by the recipient's own choice: no mail of this kind",
}
"""Recorded in the place of an error where a notice is not sent, so that the record shows whose choice that was. For ever."""

PRESSING = frozenset({"ReminderDue", "DeadlineMissed", "Escalated"})
_CANNOT_WAIT = frozenset({Urgency.THUONG_KHAN, Urgency.HOA_TOC})
_FOR_THE_RESPONSIBLE = frozenset({"DeadlineMissed", "Escalated"})
_FOR_WHO_RULES = frozenset({"ExtensionRequested", "DirectiveDeclined", "CompletionApproved", "CompletionReported"})


def goes(event: Event, state: DirectiveState, person: Person, directory: Directory, mode: Mode) -> Goes:
    """Whether a notice of `event` goes to `person` at once, with the digest, or not at all.

    That a deadline has passed and that it was reported above always goes at once to those who answer for the work, the officer
    and the head of the lead unit: nobody shall be able to say that they were not told because of a setting.
    """
    if mode is Mode.EACH or _never_off(event, state, person, directory):
        return Goes.NOW
    match mode:
        case Mode.DAILY:
            return Goes.NOW if state.urgency in _CANNOT_WAIT else Goes.DIGEST
        case Mode.URGENT_ONLY:
            return Goes.NOW if _presses(event, state, person, directory) else Goes.NOT
        case Mode.OFF:
            return Goes.NOT


def mode_at(choices: tuple[Choice, ...], moment: Instant) -> Mode:
    """What held at `moment`, of a person's choices, oldest first.

    A notice goes by what held when its event was recorded: however often it is tried, a later choice changes nothing of it.
    """
    held = [choice.mode for choice in choices if choice.since <= moment]
    return held[-1] if held else Mode.EACH


def _never_off(event: Event, state: DirectiveState, person: Person, directory: Directory) -> bool:
    responsible = (Audience.OFFICER, Audience.LEAD_UNIT_HEADS)
    return event.data.type in _FOR_THE_RESPONSIBLE and person.username in people(
        responsible, parties_of(state), directory
    )


def _presses(event: Event, state: DirectiveState, person: Person, directory: Directory) -> bool:
    if event.data.type in PRESSING or state.urgency in _CANNOT_WAIT:
        return True
    acting = (person, *directory.absent_for(person.username))
    return event.data.type in _FOR_WHO_RULES and any(_rules(event, state, one, directory) for one in acting)


def _rules(event: Event, state: DirectiveState, person: Person, directory: Directory) -> bool:
    """Whether what the event asks for is this person's to decide, be it decided meanwhile or not.

    A notice that is tried again must not be judged otherwise because of where the directive then stands.
    """
    heads = directory.role_over(person, (Role.UNIT_HEAD,), state.lead_unit) is not None
    return decides(state, person, directory) or (event.data.type == "CompletionReported" and heads)
