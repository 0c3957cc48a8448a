"""What happened around a directive: only what could matter to it, and only while it was under way."""

from datetime import date, timedelta
from itertools import count
from uuid import uuid4

import pytest

from audit.replay.clocks import Clocks
from audit.replay.context import Around, around
from audit.replay.steps import ReplayStep, replay
from domain.calendar import CalendarEntry, DayKind
from domain.directory import UnitKind
from domain.directory_changes import PersonRenamed, SubstitutionDecided, UnitEnded, UnitRevised
from domain.event_values import SYSTEM
from domain.events import Event
from domain.registries import CalendarDecided, PolicyAdopted, Registry, RegistryData, RegistryEvent
from storage.store import RecordedEvent, seal
from tests.audit.replay.histories import recorded
from tests.domain.clock import START, Moment, instant
from tests.domain.happenings import accepted, acknowledged, approved, issued, reported
from tests.domain.spec import given

_positions = count(1)


def entered(data: RegistryData, at: Moment, position: int) -> Around:
    event = RegistryEvent(
        event_id=uuid4(),
        registry=Registry.DIRECTORY,
        stream_version=next(_positions),
        command_id=uuid4(),
        occurred_at=instant(at),
        recorded_at=instant(at),
        actor=SYSTEM,
        data=data,
    )
    return Around(RecordedEvent(position, *seal(event)), event)


def steps(*events: Event) -> list[ReplayStep]:
    """Positions 10, 20, 30 …"""
    return [
        *replay(RecordedEvent(10 * one.event.stream_version, one.canonical, one.leaf_hash) for one in recorded(events))
    ]


OPEN = given(issued(), acknowledged(at=1), reported(at=4))
EVER = Clocks(instant(100), instant(100))
CODE = issued().data.model_dump()["plan"]["policy_version"].partition("@")[0]


def decided(day: date) -> CalendarDecided:
    entry = CalendarEntry(day=day, kind=DayKind.DAY_OFF, reason="nghỉ")
    return CalendarDecided(revision=2, decision_number="15/QĐ", reason="nghỉ", entries=(entry,))


def substitution(absent: str) -> SubstitutionDecided:
    day = START.date()
    return SubstitutionDecided(
        id=uuid4(),
        absent=absent,
        absent_name="x",
        substitute="pct",
        substitute_name="y",
        first_day=day,
        last_day=day,
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (PolicyAdopted(policy=f"{CODE}@9", document="{}"), True),
        (PolicyAdopted(policy="khac@9", document="{}"), False),
        (decided(START.date()), True),
        (decided(START.date() + timedelta(days=40)), False),
        (decided(START.date() - timedelta(days=1)), False),
        (UnitRevised(code="NV", name="Phòng Nội vụ và Lao động", kind=UnitKind.DEPARTMENT), True),
        (UnitRevised(code="TNMT", name="Phòng khác", kind=UnitKind.DEPARTMENT), True),
        (UnitEnded(code="P-B", on=START.date()), False),
        (PersonRenamed(username="cv-nv", full_name="Bà B"), True),
        (PersonRenamed(username="tp-tnmt", full_name="Bà B"), False),
        (substitution("chu-tich"), True),
        (substitution("tp-tnmt"), False),
    ],
    ids=lambda value: getattr(value, "type", str(value)),
)
def test_what_touches_its_policy_days_units_and_people_matters(data: RegistryData, *, told: bool) -> None:
    assert bool(around(steps(*OPEN.events), [entered(data, 2, 15)], EVER)) is told


@pytest.mark.parametrize(("position", "told"), [(9, False), (11, True), (35, True)])
def test_what_came_before_it_is_left_out(position: int, *, told: bool) -> None:
    change = entered(PolicyAdopted(policy=f"{CODE}@9", document="{}"), 2, position)
    assert bool(around(steps(*OPEN.events), [change], EVER)) is told


def test_what_came_after_it_ended_or_was_not_known_yet_is_left_out() -> None:
    change = entered(PolicyAdopted(policy=f"{CODE}@9", document="{}"), 7, 55)
    ended = given(issued(), acknowledged(at=1), reported(at=4), approved(at=5), accepted(at=6))
    assert around(steps(*ended.events), [change], EVER) == []
    assert around(steps(*OPEN.events), [change], Clocks(instant(100), instant(6))) == []
    assert around(steps(*OPEN.events), [change], Clocks(instant(6), instant(100))) == []
    assert around(steps(*OPEN.events), [change], Clocks(instant(7), instant(7))) == [change]
