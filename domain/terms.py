"""The closed sets of words that commands and events share."""

from enum import StrEnum


class ClearPoint(StrEnum):
    """The four points a directive must make clear (rõ người, rõ việc, rõ thời gian, rõ kết quả)."""

    PERSON = "person"
    WORK = "work"
    TIME = "time"
    RESULT = "result"


class Settlement(StrEnum):
    """How a decline is settled."""

    UPHELD = "upheld"
    SENT_BACK = "sent_back"
    REASSIGNED = "reassigned"


class StopCause(StrEnum):
    """Why the clock of a directive stands."""

    OTHER_BODY = "other_body"
    LEGAL_PROCEDURE = "legal_procedure"
    FUNDING = "funding"
    FORCE_MAJEURE = "force_majeure"
    OTHER = "other"
    DECLINE_UNDECIDED = "decline_undecided"
    EXTENSION_UNDECIDED = "extension_undecided"


class Choice(StrEnum):
    """The rule by which an officer is chosen when the head of the unit names none."""

    FEWEST_OPEN = "fewest_open"
    """Whoever carries out the fewest open directives (ít việc nhất)."""
    TURN = "turn"
    """Whoever was given a directive longest ago, those who never were first (lần lượt)."""
    EXPERIENCE = "experience"
    """Whoever completed the most directives like this one (đã từng làm việc tương tự)."""
    LOT = "lot"
    """By lot (ngẫu nhiên): drawn from the command's id, so that the draw can be repeated."""


class DaysOff(StrEnum):
    """What becomes of a deadline that falls on a day off."""

    NEXT_WORKING_DAY = "next_working_day"
    KEEP = "keep"
