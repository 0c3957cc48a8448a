"""Single acts on the directory: rename, move, merge, split and end units; move people; decide substitutions.

Each gives the changes it comes to, or DirectoryError when the directory would contradict itself on any day.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from domain.directory import Grant, Person, Unit
from domain.directory_changes import (
    DirectoryChange,
    HeldRole,
    PersonMoved,
    SubstitutionDecided,
    SubstitutionEnded,
    UnitEnded,
    UnitEstablished,
    UnitRevised,
)
from domain.directory_error import DirectoryError
from domain.directory_fold import changed
from domain.substitution import Substitution, check_end, check_substitution
from domain.validity import BEGINNING, DatedDirectory

Changes = list[DirectoryChange]


def checked(held: DatedDirectory, changes: Sequence[DirectoryChange], since: date) -> Changes:
    """The changes, if the directory stays free of contradictions with them from the day `since` on."""
    changed(held, changes).check(since)
    return list(changes)


def renamed(held: DatedDirectory, code: str, name: str, on: date, decision: str | None = None) -> Changes:
    """The unit keeps its code and is called `name` from `on`."""
    unit = _there(held, code, on)
    return checked(held, [revised(unit.model_copy(update={"name": name}), on, decision)], on)


def moved(held: DatedDirectory, code: str, parent: str | None, on: date, decision: str | None = None) -> Changes:
    """The unit lies below `parent` from `on`."""
    unit = _there(held, code, on)
    return checked(held, [revised(unit.model_copy(update={"parent": parent}), on, decision)], on)


def merged(
    held: DatedDirectory,
    codes: Sequence[str],
    into: str,
    on: date,
    decision: str | None = None,
    *,
    name: str | None = None,
) -> Changes:
    """The units end on `on` and `into` takes their place; with `name` it is new, of the first one's kind and place.

    One of the units may itself be `into`, and goes on.
    """
    ending = [_there(held, code, on) for code in dict.fromkeys(codes) if code != into]
    if not ending:
        raise DirectoryError(
            f"không có đơn vị nào để sáp nhập vào {into}: nêu ít nhất một đơn vị khác",
            f"nothing is merged into {into}: name at least one other unit",
        )
    changes: Changes = []
    if name is not None:
        if into in held.units:
            raise DirectoryError(
                f"đã có đơn vị {into}; bỏ tên đi, hoặc dùng mã mới",
                f"there is a unit {into} already; leave its name out, or take a new code",
            )
        changes.append(
            established(ending[0].model_copy(update={"code": into, "name": name, "aliases": ()}), on, decision)
        )
    changes += [_ended(unit.code, on, (into,), decision) for unit in ending]
    changes += _followers(held, {unit.code: into for unit in ending}, on, decision)
    return checked(held, changes, on)


def split(
    held: DatedDirectory, code: str, into: Sequence[Unit | str], main: str, on: date, decision: str | None = None
) -> Changes:
    """The unit ends on `on`; those of `into` take its place, new ones (`Unit`) or such as there are (codes).

    `main` is the one of them that takes over what is open, what lies below and the people.
    """
    _there(held, code, on)
    successors = list(dict.fromkeys(one.code if isinstance(one, Unit) else one for one in into))
    if main not in successors:
        listed = ", ".join(successors)
        raise DirectoryError(
            f"đơn vị kế thừa chính {main} không thuộc {listed}", f"the main successor {main} is none of {listed}"
        )
    if code in successors or len(successors) < 2:
        raise DirectoryError(
            f"{code} phải chia thành ít nhất hai đơn vị khác; đơn vị còn tiếp tục thì không phải là chia",
            f"{code} is split into two other units at least; a unit that goes on is not split",
        )
    changes: Changes = []
    for one in into:
        if isinstance(one, Unit):
            if one.code in held.units:
                raise DirectoryError(
                    f"đã có đơn vị {one.code}; bỏ tên đi, hoặc dùng mã mới",
                    f"there is a unit {one.code} already; leave its name out, or take a new code",
                )
            changes.append(established(one, on, decision))
    ordered = (main, *(one for one in successors if one != main))
    changes += [_ended(code, on, ordered, decision), *_followers(held, {code: main}, on, decision)]
    return checked(held, changes, on)


def ended(
    held: DatedDirectory, code: str, on: date, successor: str | None = None, decision: str | None = None
) -> Changes:
    """The unit ends on `on`. Without a successor nothing may lie below it and nobody may work in it or over it any more."""
    _there(held, code, on)
    end = _ended(code, on, (successor,) if successor else (), decision)
    followers = _followers(held, {code: successor}, on, decision) if successor else ()
    return checked(held, [end, *followers], on)


def person_moved(
    held: DatedDirectory, username: str, unit: str, roles: Iterable[Grant], on: date, decision: str | None = None
) -> Changes:
    """The person works in `unit` with exactly these roles from `on`."""
    if username not in held.people:
        raise _no_person(username)
    return checked(held, [post(username, unit, roles, on, decision)], on)


def substituted(held: DatedDirectory, wanted: Substitution) -> Changes:
    """`wanted` is decided. The same one again, under its id, is no change."""
    if held.substitutions.get(wanted.id) == wanted:
        return []
    if wanted.id in held.substitutions:
        raise DirectoryError(
            f"mã {wanted.id} đã dùng cho một việc ủy quyền khác",
            f"the substitution {wanted.id} is another one",
            code="idempotency_key_reused",
        )
    people = held.on(wanted.first_day).people
    names = []
    for username in (wanted.absent, wanted.substitute):
        person = people.get(username)
        if person is None or not person.active:
            raise DirectoryError(
                f"không có {username} đang công tác ngày {wanted.first_day}",
                f"there is no active person {username} on {wanted.first_day}",
                code="unknown_person",
            )
        names.append(person.full_name)
    check_substitution(wanted, held.substitutions.values())
    change = SubstitutionDecided(
        id=wanted.id,
        absent=wanted.absent,
        absent_name=names[0],
        substitute=wanted.substitute,
        substitute_name=names[1],
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        decision_number=wanted.decision_number,
    )
    return [change]


def substitution_ended(
    held: DatedDirectory, one: UUID, last_day: date, today: date, decision: str | None = None
) -> Changes:
    """The substitution ends with `last_day` instead of the later day that was decided. The same again is no change."""
    if one not in held.substitutions:
        raise DirectoryError(
            f"không có việc ủy quyền {one}", f"there is no substitution {one}", code="unknown_substitution"
        )
    if held.substitutions[one].last_day == last_day:
        return []
    check_end(held.substitutions[one], last_day, today)
    return [SubstitutionEnded(id=one, last_day=last_day, decision_number=decision)]


def established(unit: Unit, since: date, decision: str | None) -> UnitEstablished:
    """The event of a new unit."""
    return UnitEstablished(**unit.model_dump(), since=_stored(since), decision_number=decision)


def revised(unit: Unit, since: date, decision: str | None) -> UnitRevised:
    """The event of a unit that is another from a day on."""
    return UnitRevised(**unit.model_dump(), since=_stored(since), decision_number=decision)


def post(username: str, unit: str, roles: Iterable[Grant], since: date, decision: str | None) -> PersonMoved:
    """The event of a person who works elsewhere or in other roles from a day on."""
    held = tuple(HeldRole(role=grant.role, unit=grant.unit) for grant in roles)
    return PersonMoved(username=username, unit=unit, roles=held, since=_stored(since), decision_number=decision)


def _stored(day: date) -> date | None:
    return None if day == BEGINNING else day


def _there(held: DatedDirectory, code: str, on: date) -> Unit:
    """The unit as it is on the day; DirectoryError, with the successor named, if it is not there."""
    directory = held.on(on)
    unit = directory.units.get(code)
    if unit is not None:
        end = held.units[code].end
        if end is not None:
            raise DirectoryError(f"đơn vị {code} đã kết thúc từ ngày {end.on}", f"unit {code} ends on {end.on} already")
        return unit
    successor = directory.successor(code)
    if successor is not None:
        raise DirectoryError(
            f"đơn vị {code} đã kết thúc; đơn vị kế thừa là {successor.code} ({successor.name})",
            f"unit {code} has ended; {successor.code} ({successor.name}) stands in its place",
            code="unit_ended",
        )
    raise DirectoryError(f"không có đơn vị {code} ngày {on}", f"there is no unit {code} on {on}", code="unknown_unit")


def _no_person(username: str) -> DirectoryError:
    return DirectoryError(f"không có {username}", f"there is no person {username}", code="unknown_person")


def _ended(code: str, on: date, successors: tuple[str, ...], decision: str | None) -> UnitEnded:
    return UnitEnded(code=code, on=on, successors=successors, decision_number=decision)


def _followers(
    held: DatedDirectory, to: dict[str, str], on: date, decision: str | None
) -> Iterator[UnitRevised | PersonMoved]:
    """What lies below the ended units, and who works there, goes on at their successors, also in spells still to come."""
    for unit in held.units.values():
        for day in (on, *(spell.since for spell in unit.spells if spell.since > on)):
            described = unit.on(day)
            if described is not None and described.code not in to and described.parent in to:
                yield revised(described.model_copy(update={"parent": to[described.parent]}), day, decision)
    for person in held.people.values():
        for day in (on, *(spell.since for spell in person.spells if spell.since > on)):
            posted = person.on(day)
            if posted is not None and (posted.unit in to or any(grant.unit in to for grant in posted.roles)):
                yield post(posted.username, to.get(posted.unit, posted.unit), _carried(posted, to), day, decision)


def _carried(person: Person, to: dict[str, str]) -> list[Grant]:
    """The person's roles over the successors, each once."""
    grants = (Grant(role=grant.role, unit=to.get(grant.unit, grant.unit)) for grant in person.roles)
    return list(dict.fromkeys(grants))
