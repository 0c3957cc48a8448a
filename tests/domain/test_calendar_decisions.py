"""What may be entered over the library, and why not."""

from datetime import date

import pytest

from domain.calendar import SHIPPED, CalendarDecision, CalendarEntry, DayKind, WorkCalendar
from domain.calendar_decisions import WantedDecision, decide_calendar, swap, take_back
from domain.refusals import Code, Refusal

TODAY = date(2026, 11, 25)
OFF, WORK = date(2027, 2, 3), date(2027, 2, 13)
"""The Wednesday before Tết 2027, and the Saturday after it."""
CALENDAR = WorkCalendar()


def day(text: str) -> date:
    return date.fromisoformat(text)


def wanted(*entries: CalendarEntry, number: str = "15/QĐ-UBND") -> WantedDecision:
    return WantedDecision(number=number, reason="Tết 2027", entries=entries)


def entered(calendar: WorkCalendar, *entries: CalendarEntry, number: str = "15/QĐ-UBND") -> WorkCalendar:
    decision = decide_calendar(calendar, wanted(*entries, number=number), TODAY)
    assert isinstance(decision, CalendarDecision), decision
    return WorkCalendar((*calendar.decisions, decision))


def one(text: str, kind: DayKind) -> CalendarEntry:
    return CalendarEntry(day=day(text), kind=kind, reason="thử")


def test_a_swap_moves_one_day_of_work() -> None:
    after = entered(CALENDAR, *swap(OFF, WORK))
    assert (after.revision, after.is_working_day(OFF), after.is_working_day(WORK)) == (2, False, True)
    assert [entry.reason for entry in after.decisions[1].entries] == [
        "nghỉ hoán đổi với 13/02/2027",
        "làm bù cho 03/02/2027",
    ]
    assert after.shift(date(2027, 2, 12), 1) == WORK
    assert after.shift(date(2027, 2, 2), 1) == date(2027, 2, 11)


@pytest.mark.parametrize(
    ("entries", "code", "params"),
    [
        (swap(day("2027-02-05"), WORK), Code.CALENDAR_DAY_OFF, {"day": "05/02/2027"}),  # Tết
        (swap(day("2027-02-20"), WORK), Code.CALENDAR_DAY_OFF, {"day": "20/02/2027"}),  # a Saturday
        (swap(OFF, day("2027-02-15")), Code.CALENDAR_DAY_WORKED, {"day": "15/02/2027"}),
        (swap(OFF, OFF), Code.CALENDAR_DAY_TWICE, {"day": "03/02/2027"}),
        (
            swap(day("2026-01-02"), WORK),
            Code.CALENDAR_DAY_DECIDED,
            {"day": "02/01/2026", "decision": SHIPPED[0].number},
        ),
        (swap(day("2025-11-20"), WORK), Code.CALENDAR_DAY_TOO_FAR, {"day": "20/11/2025"}),
        (swap(OFF, day("2030-03-09")), Code.CALENDAR_DAY_TOO_FAR, {"day": "09/03/2030"}),
    ],
)
def test_what_cannot_be_is_refused_with_the_day(
    entries: tuple[CalendarEntry, ...], code: Code, params: dict[str, str]
) -> None:
    refusal = decide_calendar(CALENDAR, wanted(*entries), TODAY)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.params) == (code, params)


def test_the_same_decision_again_is_no_change_and_with_other_days_it_is_refused() -> None:
    after = entered(CALENDAR, *swap(OFF, WORK))
    assert decide_calendar(after, wanted(*swap(OFF, WORK)), TODAY) is None
    refusal = decide_calendar(after, wanted(*swap(OFF, day("2027-02-20"))), TODAY)
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.CALENDAR_DECISION_KNOWN
    assert refusal.params == {"decision": "15/QĐ-UBND", "days": ("03/02/2027", "13/02/2027")}


def test_a_later_decision_takes_one_back_as_a_whole() -> None:
    after = entered(CALENDAR, *swap(OFF, WORK))
    reverting = take_back(after, "15/QĐ-UBND", "16/QĐ-UBND")
    assert not isinstance(reverting, Refusal)
    back = entered(after, *reverting, number="16/QĐ-UBND")
    assert (back.revision, back.is_working_day(OFF), back.is_working_day(WORK)) == (3, True, False)
    assert take_back(back, "15/QĐ-UBND", "16/QĐ-UBND") == reverting, "the same again is the same"
    again = entered(back, *swap(OFF, WORK), number="17/QĐ-UBND")
    assert not again.is_working_day(OFF)
    for calendar, number in ((back, "15/QĐ-UBND"), (back, "16/QĐ-UBND"), (after, "99")):
        refusal = take_back(calendar, number, "18/QĐ-UBND")
        assert isinstance(refusal, Refusal)
        assert refusal.code is Code.CALENDAR_DECISION_UNKNOWN


def test_a_shipped_decision_can_be_taken_back_too_however_long_ago_its_days_are() -> None:
    reverting = take_back(CALENDAR, SHIPPED[0].number, "15/QĐ-UBND")
    assert not isinstance(reverting, Refusal)
    decision = decide_calendar(CALENDAR, wanted(*reverting), date(2030, 1, 1))
    assert isinstance(decision, CalendarDecision)
    assert WorkCalendar((*SHIPPED, decision)).is_working_day(date(2026, 1, 2))


def test_a_day_added_alone_may_be_off_or_worked() -> None:
    after = entered(CALENDAR, one("2027-03-01", DayKind.DAY_OFF), one("2027-03-06", DayKind.WORKING))
    assert (after.is_working_day(day("2027-03-01")), after.is_working_day(day("2027-03-06"))) == (False, True)
