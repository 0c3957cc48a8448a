"""What can happen to the directory, as events of its registry. Names and shapes are forever.

`since` None means: as far back as the record goes. Mail addresses are no evidence and stand in no event.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.directory import Role, UnitKind
from domain.model import Value


class _Decided(Value):
    decision_number: str | None = None


class _Description(_Decided):
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: UnitKind
    parent: str | None = None
    since: date | None = None


class UnitEstablished(_Description):
    """There is a unit that was not there before."""

    type: Literal["UnitEstablished"] = "UnitEstablished"


class UnitRevised(_Description):
    """A unit has another name, kind or place in the tree from a day on; all of it as it then is."""

    type: Literal["UnitRevised"] = "UnitRevised"


class UnitEnded(_Decided):
    """A unit is no more from the day `on`. A merger is several with one successor, a split is one with several.

    The first successor takes over the directives that are open.
    """

    type: Literal["UnitEnded"] = "UnitEnded"
    code: str
    on: date
    successors: tuple[str, ...] = ()


class HeldRole(Value):
    """A role over a unit and all below it, as it was given."""

    role: Role
    unit: str


class _Post(_Decided):
    username: str
    unit: str
    roles: tuple[HeldRole, ...] = ()
    since: date | None = None


class PersonRegistered(_Post):
    """Someone may act in the system, in these roles from a day on."""

    type: Literal["PersonRegistered"] = "PersonRegistered"
    full_name: str


class PersonMoved(_Post):
    """Someone works elsewhere or in other roles from a day on."""

    type: Literal["PersonMoved"] = "PersonMoved"


class PersonRenamed(_Decided):
    """Someone is called otherwise, by name or by position."""

    type: Literal["PersonRenamed"] = "PersonRenamed"
    username: str
    full_name: str


class PersonDeactivated(_Decided):
    """Someone may not act any more."""

    type: Literal["PersonDeactivated"] = "PersonDeactivated"
    username: str


class PersonReactivated(_Decided):
    """Someone may act again."""

    type: Literal["PersonReactivated"] = "PersonReactivated"
    username: str


class SubstitutionDecided(_Decided):
    """One person acts for another between two days, both included."""

    type: Literal["SubstitutionDecided"] = "SubstitutionDecided"
    id: UUID
    absent: str
    absent_name: str
    substitute: str
    substitute_name: str
    first_day: date
    last_day: date


class SubstitutionEnded(_Decided):
    """A substitution ends with an earlier day than was decided."""

    type: Literal["SubstitutionEnded"] = "SubstitutionEnded"
    id: UUID
    last_day: date


DirectoryChange = Annotated[
    UnitEstablished
    | UnitRevised
    | UnitEnded
    | PersonRegistered
    | PersonMoved
    | PersonRenamed
    | PersonDeactivated
    | PersonReactivated
    | SubstitutionDecided
    | SubstitutionEnded,
    Field(discriminator="type"),
]
"""The closed set of what can happen to the directory."""
