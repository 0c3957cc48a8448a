"""What is offered can be done, and what is not offered cannot: the decider is asked either way."""

import pytest

from domain.offering import offered
from domain.permissions import PERMITTED
from domain.phases import FROM_INSIDE
from tests.domain.clock import instant
from tests.domain.happenings import (
    acknowledged,
    approved,
    declined,
    extension_requested,
    issued,
    rejected,
    reported,
    suspended,
)
from tests.domain.spec import FACTS, Happened, given

STORIES: dict[str, tuple[Happened, ...]] = {
    "issued": (issued(),),
    "at work": (issued(), acknowledged()),
    "asked for more": (issued(), acknowledged(), extension_requested(20)),
    "reported": (issued(), acknowledged(), reported()),
    "approved": (issued(), acknowledged(), reported(), approved()),
    "rework": (issued(), acknowledged(), reported(), approved(), rejected()),
    "declined": (issued(), declined()),
    "suspended": (issued(), acknowledged(), suspended(100)),
    "unassigned": (issued(officer=None),),
}


def of(story: str, user: str) -> tuple[str, ...]:
    return offered(given(*STORIES[story]).now, user, instant(5), FACTS)


@pytest.mark.parametrize(
    ("story", "user", "first"),
    [
        ("issued", "tp-nv", "acknowledge"),
        ("at work", "cv-nv", "report-progress"),
        ("asked for more", "chu-tich", "grant-extension"),
        ("reported", "tp-nv", "reject"),
        ("approved", "chu-tich", "accept"),
        ("declined", "chu-tich", "settle-decline"),
        ("suspended", "chu-tich", "resume"),
        ("unassigned", "cv-nv", "acknowledge"),
    ],
)
def test_what_a_person_looks_for_comes_first(story: str, user: str, first: str) -> None:
    assert of(story, user)[0] == first


@pytest.mark.parametrize(
    ("story", "user", "not_there"),
    [
        ("issued", "chu-tich", {"accept", "acknowledge", "grant-extension"}),
        ("at work", "chu-tich", {"accept", "report-progress", "resume"}),
        ("asked for more", "cv-nv", {"grant-extension", "request-extension"}),
        ("reported", "chu-tich", {"accept"}),
        ("approved", "tp-nv", {"accept", "approve-completion"}),
        ("issued", "ct-b", {*PERMITTED}),
        ("issued", "kiem-tra", {*PERMITTED}),
        ("issued", "nobody", {*PERMITTED}),
        ("unassigned", "cv-nv", {"release"}),
        ("at work", "cv-nv", {"claim"}),
    ],
)
def test_what_would_be_refused_is_not_offered(story: str, user: str, not_there: set[str]) -> None:
    assert not_there.isdisjoint(of(story, user))


def test_coordinating_units_are_offered_their_part_and_only_what_concerns_them() -> None:
    assert set(of("at work", "tp-tnmt")) == {"report-part", "comment", "attach"}


def test_every_command_that_people_give_can_be_offered() -> None:
    everyone = ("chu-tich", "cv-theo-doi", "tp-nv", "cv-nv", "tp-tnmt")
    ever = {name for story in STORIES for user in everyone for name in of(story, user)}
    assert ever == set(PERMITTED) - {"issue"} - FROM_INSIDE
