"""Who may keep the directory, the calendar and the policies: every role, over the whole and over a part of it."""

from datetime import date
from uuid import uuid4

import pytest

from domain.directory import Directory, Grant, Person, Role
from domain.directory_error import DirectoryError
from domain.directory_fold import changed
from domain.directory_import import imported_people
from domain.keeping import Kept, check_administered, keeper, kept_units, units_behind
from domain.substitution import Substitution
from domain.validity import DatedDirectory
from tests.domain.district import PEOPLE, UNITS, district, person

TODAY, LATER = date(2026, 11, 25), date(2026, 12, 1)
HELD = DatedDirectory.always(UNITS, PEOPLE)
ADMIN = next(one for one in PEOPLE if one.username == "quan-tri")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("over", ["UBQ", "P-A"])
def test_each_role_keeps_what_the_table_says(role: Role, over: str) -> None:
    one = person("ai-do", role, over)
    kept = {what for what in Kept if keeper(one, district([one]), what)}
    everywhere = {
        Role.ADMIN: {*Kept},
        Role.OFFICE: {Kept.DIRECTORY, Kept.CALENDAR},
    }
    parts = {Role.ADMIN: {Kept.DIRECTORY, Kept.PEOPLE}, Role.OFFICE: {Kept.DIRECTORY}}
    assert kept == (everywhere if over == "UBQ" else parts).get(role, set())


def test_people_are_kept_only_where_the_role_reaches() -> None:
    one = person("qt-a", Role.ADMIN, "P-A")
    directory = district([one])
    assert keeper(one, directory, Kept.PEOPLE, {"P-A"})
    assert keeper(one, directory, Kept.PEOPLE, {"P-A", "P-B"}) is None
    assert kept_units(one, directory, Kept.PEOPLE) == {"P-A"}


def test_to_change_somebody_takes_all_units_that_their_sign_in_opens_now_or_later() -> None:
    head = next(one for one in PEOPLE if one.username == "tp-nv")
    assert units_behind("cv-theo-doi", HELD, TODAY) == {"VP", "UBQ"}
    assert units_behind("tp-nv", HELD, TODAY) == {"NV"}
    later = changed(HELD, imported_people(HELD, [head.model_copy(update={"unit": "P-B"})], TODAY, LATER))
    assert units_behind("tp-nv", later, TODAY) == {"NV", "P-B"}
    standing_in = Substitution(id=uuid4(), absent="chu-tich", substitute="tp-nv", first_day=TODAY, last_day=TODAY)
    lent = DatedDirectory(HELD.units.values(), HELD.people.values(), [standing_in])
    assert units_behind("tp-nv", lent, TODAY) == {"NV", "UBQ"}
    assert units_behind("tp-nv", lent, LATER) == {"NV"}


def test_to_change_somebody_takes_what_they_will_act_for_too() -> None:
    soon = Substitution(id=uuid4(), absent="chu-tich", substitute="tp-nv", first_day=LATER, last_day=LATER)
    lent = DatedDirectory(HELD.units.values(), HELD.people.values(), [soon])
    assert units_behind("tp-nv", lent, TODAY) == units_behind("tp-nv", lent, LATER) == {"NV", "UBQ"}
    assert units_behind("tp-nv", lent, date(2026, 12, 2)) == {"NV"}
    assert units_behind("chu-tich", lent, TODAY) == {"UBQ"}
    boss = next(one for one in PEOPLE if one.username == "chu-tich")
    moved = changed(lent, imported_people(lent, [boss.model_copy(update={"unit": "P-B"})], TODAY, LATER))
    assert units_behind("tp-nv", moved, TODAY) == {"NV", "UBQ", "P-B"}


def test_the_inactive_keep_nothing() -> None:
    one = person("qt-cu", Role.ADMIN, "UBQ", active=False)
    assert not any(keeper(one, district([one]), what) for what in Kept)


def test_a_substitute_keeps_the_calendar_in_the_name_of_the_absent_but_hands_out_no_roles() -> None:
    standing_in = Substitution(
        id=uuid4(), absent="quan-tri", substitute="cv-nv", first_day=TODAY, last_day=LATER, decision_number="1"
    )
    directory = Directory(UNITS, PEOPLE, substitutions=[standing_in])
    substitute = directory.people["cv-nv"]
    actor = keeper(substitute, directory, Kept.CALENDAR)
    assert actor is not None
    assert (actor.user, actor.role, actor.over, actor.on_behalf_of) == ("cv-nv", Role.ADMIN, "UBQ", "quan-tri")
    assert keeper(substitute, directory, Kept.PEOPLE) is None
    assert kept_units(substitute, directory, Kept.PEOPLE) == frozenset()


def taken(held: DatedDirectory, wanted: Person, since: date | None = None) -> None:
    check_administered(held, imported_people(held, [wanted], TODAY, since), TODAY)


@pytest.mark.parametrize(
    "wanted",
    [
        ADMIN.model_copy(update={"active": False}),
        ADMIN.model_copy(update={"roles": ()}),
        ADMIN.model_copy(update={"roles": (Grant(role=Role.ADMIN, unit="P-A"),)}),
    ],
    ids=["deactivated", "without the role", "over a part"],
)
@pytest.mark.parametrize("since", [None, LATER])
def test_the_last_administrator_stays(wanted: Person, since: date | None) -> None:
    with pytest.raises(DirectoryError) as refused:
        taken(HELD, wanted, since)
    assert refused.value.code == "last_administrator"
    second = DatedDirectory.always(UNITS, (*PEOPLE, person("qt-2", Role.ADMIN, "UBQ")))
    taken(second, wanted, since)


def test_others_leave_and_a_record_without_administrators_stays_without() -> None:
    head = next(one for one in PEOPLE if one.username == "tp-nv")
    taken(HELD, head.model_copy(update={"active": False}))
    taken(DatedDirectory.always(UNITS, [head]), head.model_copy(update={"roles": ()}))
