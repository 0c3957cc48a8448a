"""The form of a person: from what is known to what it shows, and from what was typed to a person, with every fault at its field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.bodies import parse_command
from api.faults import Fault
from api.language import Words
from api.pages.forms import Filled
from api.problems import Problem
from domain.days import Day
from domain.directory import Person
from domain.import_faults import people_faults
from domain.model import Value
from domain.text import Line
from domain.validity import DatedDirectory

Values = dict[str, list[str]]

MOST_ROLES = 20
_CHOOSE_ROLE: Words = ("hãy chọn vai trò", "choose a role")
_CHOOSE_UNIT: Words = ("hãy chọn đơn vị", "choose a unit")
_NEEDED: Words = ("hãy nhập mục này", "is needed")
_OUT_OF_REACH: Words = ("nằm ngoài phạm vi quản trị của bạn", "lies outside the units that you administer")
_NO_ADDRESS: Words = ("phải là địa chỉ thư, như ten@co-quan.vn", "must be a mail address, like name@office.vn")
_RESERVED: Words = ("là tên của một trang; hãy chọn tên khác", "is the name of a page; choose another")
_TAKEN: Words = ("đã có người dùng này", "there is such a user already")


class When(Value):
    """From which day, and by which decision."""

    since: Day | None = None
    decision: Line | None = None


@dataclass(frozen=True)
class Wanted:
    """A person as they are to be, from a day (None: as the directory takes it) and by a decision."""

    person: Person
    since: date | None
    decision: str | None


def filled_from(person: Person) -> Filled:
    """The form as it is opened for somebody."""
    values = {"full_name": [person.full_name], "unit": [person.unit], "email": [person.email or ""]}
    return Filled(_with_roles(values, [(grant.role, grant.unit) for grant in person.roles]))


def roles_in(values: Values) -> list[tuple[str, str]]:
    """The rows of roles and units; rows that were left empty are no rows."""
    found = []
    for index in range(MOST_ROLES):
        row = tuple(values.get(f"roles.{index}.{part}", [""])[0].strip() for part in ("role", "unit"))
        if any(row):
            found.append((row[0], row[1]))
    return found


def tidied(values: Values, *, drop: int | None = None) -> Values:
    """The same values with their rows numbered without gaps, and without the row `drop`."""
    kept = {name: held for name, held in values.items() if drop is None or not name.startswith(f"roles.{drop}.")}
    return _with_roles({name: held for name, held in kept.items() if not name.startswith("roles.")}, roles_in(kept))


def _with_roles(values: Values, roles: Sequence[tuple[str, str]]) -> Values:
    rows: Values = {}
    for index, (role, unit) in enumerate(roles):
        rows |= {f"roles.{index}.role": [role], f"roles.{index}.unit": [unit]}
    return {**values, **rows}


def wanted_from(
    values: Values, held: DatedDirectory, today: date, reach: frozenset[str], *, known: Person | None
) -> Wanted:
    """The person that tidied values describe. Problem 422 with every fault: of fields, of the directory, of the visitor's reach.

    `known` is who it is about, None for a person who is to be added.
    """
    faults: list[Fault] = []
    username = known.username if known else _text(values, "username")
    fields: dict[str, Any] = {
        "username": username,
        "full_name": _text(values, "full_name"),
        "unit": _text(values, "unit"),
        "email": _text(values, "email") or None,
        "roles": [{"role": role, "unit": unit} for role, unit in roles_in(values)],
        "active": known.active if known else True,
    }
    person = _parsed(Person, fields, faults)
    when = _parsed(When, {name: text for name in ("since", "decision") if (text := _text(values, name))}, faults)
    if known is None and username == "new":
        faults.append(Fault("username", "invalid_field", _RESERVED))
    elif known is None and username in held.people and not is_there(person, held, when.since if when else None, today):
        faults.append(Fault("username", "username_taken", _TAKEN))
    if person is not None and when is not None:
        faults += _in_the_directory(person, held, when.since or today)
        faults += _out_of_reach(person, reach)
    if faults or person is None or when is None:
        raise Problem.faulty([_in_plain_words(fault, values) for fault in faults])
    # The directory would take new people to have been there as long as their units; here somebody begins.
    return Wanted(person, when.since or (today if known is None else None), when.decision)


def is_there(person: Person | None, held: DatedDirectory, since: date | None, today: date) -> bool:
    """Whether this very person is there already, as after a form that was sent twice."""
    return person is not None and held.on(since or today).people.get(person.username) == person


def _in_the_directory(person: Person, held: DatedDirectory, day: date) -> Iterator[Fault]:
    for fault in people_faults([person], held, day):
        yield Fault(fault.field, "invalid_field", (fault.vietnamese, fault.english))


def _out_of_reach(person: Person, reach: frozenset[str]) -> Iterator[Fault]:
    if person.unit not in reach:
        yield Fault("unit", "not_permitted", _OUT_OF_REACH)
    for index, grant in enumerate(person.roles):
        if grant.unit not in reach:
            yield Fault(f"roles.{index}.unit", "not_permitted", _OUT_OF_REACH)


def _in_plain_words(fault: Fault, values: Values) -> Fault:
    """The same fault as one says it of a list to choose from, or of a mail address."""
    empty = not _text(values, fault.field)
    if empty and fault.field.endswith("role"):
        return Fault(fault.field, fault.code, _CHOOSE_ROLE)
    if empty and fault.field.endswith("unit"):
        return Fault(fault.field, fault.code, _CHOOSE_UNIT)
    if empty and fault.field in ("username", "full_name"):
        return Fault(fault.field, fault.code, _NEEDED)
    return Fault(fault.field, fault.code, _NO_ADDRESS) if fault.field == "email" else fault


def _parsed(model: type[Any], fields: dict[str, Any], faults: list[Fault]) -> Any:
    try:
        return parse_command(model, fields)
    except Problem as problem:
        faults += problem.faults
        return None


def _text(values: Values, name: str) -> str:
    return values.get(name, [""])[0].strip()
