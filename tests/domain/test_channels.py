"""What goes out of the house to whom, by their own choice, and what no choice keeps back."""

from datetime import timedelta

import pytest

from domain.channels import HELD_BACK, Choice, Goes, Mode, goes, mode_at
from domain.directory import Directory
from domain.policy import Urgency
from tests.domain.clock import instant
from tests.domain.district import PEOPLE, UNITS, district
from tests.domain.happenings import (
    acknowledged,
    approved,
    declined,
    extension_requested,
    issued,
    missed,
    reminded,
    reported,
)
from tests.domain.spec import Happened, given
from tests.domain.test_substitution import acts

DONE = (issued(), acknowledged(), reported())
MODES = (Mode.EACH, Mode.DAILY, Mode.URGENT_ONLY, Mode.OFF)


def ways(who: str, *past: Happened, directory: Directory | None = None) -> str:
    """What becomes of the last event's notice for `who` under each mode, in the order of MODES."""
    story, people = given(*past), directory or district()
    person = people.people[who]
    return " ".join(goes(story.events[-1], story.now, person, people, mode) for mode in MODES)


@pytest.mark.parametrize(
    ("past", "who", "expected"),
    [
        ((issued(),), "tp-nv", "now digest not not"),
        ((issued(urgency=Urgency.KHAN),), "tp-nv", "now digest not not"),
        ((issued(urgency=Urgency.THUONG_KHAN),), "tp-nv", "now now now not"),
        ((issued(urgency=Urgency.HOA_TOC),), "cv-nv", "now now now not"),
        ((issued(), reminded("1.reminder.1", 1, 7)), "cv-nv", "now digest now not"),
        ((issued(), missed()), "cv-nv", "now now now now"),
        ((issued(), missed()), "tp-nv", "now now now now"),
        ((issued(), missed()), "chu-tich", "now digest now not"),
        ((issued(), missed()), "cv-theo-doi", "now digest now not"),
        ((issued(), extension_requested(20)), "chu-tich", "now digest now not"),
        ((issued(), extension_requested(20)), "tp-nv", "now digest not not"),
        ((issued(), extension_requested(20)), "cv-theo-doi", "now digest not not"),
        ((issued(), declined()), "chu-tich", "now digest now not"),
        (DONE, "tp-nv", "now digest now not"),
        (DONE, "cv-nv", "now digest not not"),
        ((*DONE, approved()), "chu-tich", "now digest now not"),
        ((*DONE, approved()), "tp-nv", "now digest not not"),
    ],
)
def test_what_goes_when(past: tuple[Happened, ...], who: str, expected: str) -> None:
    assert ways(who, *past) == expected


def test_who_stands_in_for_the_responsible_is_told_as_they_are() -> None:
    day = instant(0).date()
    people = Directory(UNITS, PEOPLE, substitutions=[acts("ct-b", "tp-nv", day, day)])
    assert ways("ct-b", issued(), missed(), directory=people) == "now now now now"
    assert ways("ct-b", *DONE, directory=people) == "now digest now not"
    assert ways("ct-b", issued(), missed()) == "now digest now not"


def test_what_was_asked_for_stays_pressing_although_somebody_has_decided() -> None:
    story = given(*DONE, approved())
    reported_event = story.events[2]
    head = district().people["tp-nv"]
    assert goes(reported_event, story.now, head, district(), Mode.URGENT_ONLY) is Goes.NOW


def test_a_choice_holds_for_what_was_recorded_from_then_on() -> None:
    choices = (Choice(mode=Mode.OFF, since=instant(5)), Choice(mode=Mode.DAILY, since=instant(9)))
    held = [mode_at(choices, instant(at)) for at in (0, 4, 5, 8, 9, 100)]
    assert held == [Mode.EACH, Mode.EACH, Mode.OFF, Mode.OFF, Mode.DAILY, Mode.DAILY]
    assert mode_at((), instant(0)) is Mode.EACH
    assert mode_at(choices, instant(5) - timedelta(microseconds=1)) is Mode.EACH


def test_every_way_that_holds_a_notice_back_has_its_words() -> None:
    assert {*HELD_BACK} == {*Goes} - {Goes.NOW}
    assert all(len(words) <= 500 for words in HELD_BACK.values())
