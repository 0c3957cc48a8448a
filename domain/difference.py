"""What changes of the directory differ in, field by field, old and new: for dry runs and for telling what was done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from domain.directory import Person
from domain.directory_changes import (
    DirectoryChange,
    PersonDeactivated,
    PersonMoved,
    PersonReactivated,
    PersonRegistered,
    PersonRenamed,
    SubstitutionDecided,
    SubstitutionEnded,
    UnitEnded,
    UnitEstablished,
    UnitRevised,
)
from domain.directory_fold import changed
from domain.validity import BEGINNING, DatedDirectory

WORDS = {
    "new": "mới · new",
    "renamed": "đổi tên · renamed",
    "moved": "chuyển · moved",
    "changed": "thay đổi · changed",
    "ended": "kết thúc · ended",
}


@dataclass(frozen=True)
class Difference:
    """One change: `kind` is new, renamed, moved, changed or ended; `fields` map names to old and new, as text."""

    code: str
    kind: str
    since: str | None
    fields: dict[str, tuple[str, str]]

    @property
    def words(self) -> str:
        """The kind in both languages."""
        return WORDS[self.kind]

    @property
    def lines(self) -> list[str]:
        """A line for each field."""
        return [f"{name}: {old or '—'} → {new or '—'}" for name, (old, new) in self.fields.items()]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        fields = {name: {"old": old, "new": new} for name, (old, new) in self.fields.items()}
        return {"code": self.code, "kind": self.kind, "since": self.since, "fields": fields}


def differences(held: DatedDirectory, changes: Iterable[DirectoryChange]) -> Iterator[Difference]:
    """The difference that each of the changes makes to what came before it."""
    for change in changes:
        yield _of(held, change)
        held = changed(held, [change])


def addresses(held: DatedDirectory, people: Iterable[Person]) -> Iterator[Difference]:
    """Where mail addresses differ; they are no part of the record's events."""
    for person in people:
        known = held.people.get(person.username)
        if known is not None and known.email != person.email:
            yield Difference(person.username, "changed", None, {"email": (known.email or "", person.email or "")})


def _of(held: DatedDirectory, change: DirectoryChange) -> Difference:
    day = getattr(change, "since", None)
    since = day.isoformat() if day else None
    match change:
        case UnitEstablished() | UnitRevised():
            known = held.units.get(change.code)
            old = known.on(day or BEGINNING) if known else None
            new = {"name": change.name, "aliases": change.aliases, "kind": change.kind, "parent": change.parent}
            fields = _fields(old.model_dump() if old else {}, new)
            kind = "new" if known is None else _kind(fields, "parent")
            return Difference(change.code, kind, since, fields)
        case UnitEnded():
            return Difference(
                change.code, "ended", change.on.isoformat(), {"successors": ("", _text(change.successors))}
            )
        case PersonRegistered() | PersonMoved():
            person = held.people.get(change.username)
            then = person.on(day or BEGINNING) if person else None
            before = {"unit": then.unit, "roles": _held(then.roles)} if then else {}
            after = {"unit": change.unit, "roles": _held(change.roles)}
            if isinstance(change, PersonRegistered):
                return Difference(change.username, "new", since, _fields({}, {"full_name": change.full_name, **after}))
            fields = _fields(before, after)
            return Difference(change.username, "moved" if "unit" in fields else "changed", since, fields)
        case PersonRenamed():
            old_name = held.people[change.username].full_name
            return Difference(change.username, "renamed", None, {"full_name": (old_name, change.full_name)})
        case PersonDeactivated():
            return Difference(change.username, "ended", None, {"active": ("true", "false")})
        case PersonReactivated():
            return Difference(change.username, "changed", None, {"active": ("false", "true")})
        case SubstitutionDecided():
            new = {"substitute": change.substitute, "last_day": change.last_day.isoformat()}
            return Difference(change.absent, "new", change.first_day.isoformat(), _fields({}, new))
        case SubstitutionEnded():
            one = held.substitutions[change.id]
            days = one.last_day.isoformat(), change.last_day.isoformat()
            return Difference(one.absent, "ended", None, {"last_day": days})


def _kind(fields: dict[str, tuple[str, str]], place: str) -> str:
    if "name" in fields:
        return "renamed"
    return "moved" if place in fields else "changed"


def _fields(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[str, str]]:
    pairs = {name: (_text(old.get(name)), _text(value)) for name, value in new.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _held(roles: Iterable[Any]) -> str:
    return ", ".join(sorted(f"{held.role}@{held.unit}" for held in roles))


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)
