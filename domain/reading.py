"""Reads: who opened what, in which right, through which door. Noted before the answer is given, sealed in the record later."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID

from domain.directory import Directory, Grant, Person
from domain.event_values import Actor
from domain.model import Instant, Value
from domain.permissions import as_actor


class Opened(StrEnum):
    """What can be opened. Names are forever: sealed lines hold them."""

    DIRECTIVE = "directive"
    SUBDIRECTIVES = "subdirectives"
    OFFICERS = "officers"
    EVENTS = "events"
    REPLAY = "replay"
    CONFORMANCE = "conformance"
    FILE = "file"
    RECURRENCE = "recurrence"
    FEED = "feed"
    """The events of all directives in order, page by page or as they come."""
    BUNDLE = "bundle"
    EXPORT = "export"
    AUDIT = "audit"
    """Checkpoints, proofs, verdicts, states of the past beyond one directive."""
    READS = "reads"
    """The notes of reads themselves."""


class Door(StrEnum):
    """Where a reader came in."""

    API = "api"
    CONSOLE = "console"
    PAGE = "page"


class Read(Value):
    """One note. Its fields are forever: what seals count and sum are its lines."""

    read_id: int
    """Rises with time; numbers may be left out."""
    read_at: Instant
    reader: str
    """A username; at the console "console:" and the login of the machine."""
    reader_unit: str | None
    role: str | None
    role_over: str | None
    on_behalf_of: str | None
    door: str
    kind: str
    subject: UUID | None
    """The directive that was opened."""
    version: int | None
    """The version of it that was shown."""
    detail: str


class ReadsSealed(Value):
    """These are all reads with numbers above `after` up to `through`. Each seal begins where the last one ended."""

    type: Literal["ReadsSealed"] = "ReadsSealed"
    after: int
    through: int
    count: int
    """Number of reads in the range; 0 never occurs."""
    sha256: str
    """Over their lines in order of their numbers, each the RFC 8785 form of a Read and a line feed."""


@dataclass(frozen=True)
class Right:
    """A role through which somebody sees directives of `units`; `absent` is the person whose role it is, if not their own."""

    grant: Grant
    absent: Person | None
    units: frozenset[str]


def rights_of(person: Person, directory: Directory) -> tuple[Right, ...]:
    """All through which `person` sees, in the order in which one is named: their own, then those of whom they stand in for."""
    return tuple(
        Right(grant, absent, directory.below(grant.unit))
        for absent in (None, *directory.absent_for(person.username))
        for grant in (absent or person).roles
    )


def reader_of(person: Person, rights: Iterable[Right], units: frozenset[str]) -> Actor:
    """`person` in the first of their rights over one of these `units`; without a role where there is none."""
    for right in rights:
        if not right.units.isdisjoint(units):
            return as_actor(person, right.grant, right.absent)
    return Actor(user=person.username, name=person.full_name, unit=person.unit)
