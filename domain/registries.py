"""Registries (danh mục): what decisions rest on besides the directive. Their changes are events, in streams of their own.

Like those of directives, names and shapes are forever.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID, uuid5

from pydantic import Field

from domain.calendar import CalendarEntry
from domain.directory_changes import DirectoryChange
from domain.event_values import Actor
from domain.model import Instant, Value
from domain.reading import ReadsSealed

_NAMESPACE = UUID("5d1c2a0e-7b0f-5c7e-9a53-0d0ecd0c0002")


class Registry(StrEnum):
    """The registries; each is one stream of the record."""

    POLICIES = "policies"
    CALENDAR = "calendar"
    DIRECTORY = "directory"
    KEYS = "keys"
    READS = "reads"
    """What was read: of no decision the basis, but sealed in the same way."""

    @property
    def stream_id(self) -> UUID:
        """The id of its stream, the same in every record."""
        return uuid5(_NAMESPACE, self)


REGISTRY_STREAMS = tuple(registry.stream_id for registry in Registry)
"""The ids of their streams; every other stream is a directive."""


class PolicyAdopted(Value):
    """A version of a policy is in force from here on, for new decisions."""

    type: Literal["PolicyAdopted"] = "PolicyAdopted"
    policy: str
    """Its label, code@version, as decisions name it."""
    document: str
    """The whole policy as JSON, as it was adopted."""


class CalendarDecided(Value):
    """Days of the working calendar were decided; in force at once, over the library and over earlier decisions."""

    type: Literal["CalendarDecided"] = "CalendarDecided"
    revision: int
    """Counts the decisions of the record from 1; part of the calendar version that directives' events name."""
    decision_number: str
    decided_on: date | None = None
    reason: str
    entries: tuple[CalendarEntry, ...]


class LogKeyAdopted(Value):
    """Checkpoints of the record are signed with this key from here on."""

    type: Literal["LogKeyAdopted"] = "LogKeyAdopted"
    key: str
    """The public key as name+id+base64."""
    statement: str
    """A note that names the key, signed with it and, but for the first, with the one before it."""


RegistryData = Annotated[
    PolicyAdopted | CalendarDecided | LogKeyAdopted | DirectoryChange | ReadsSealed, Field(discriminator="type")
]
"""The closed set of what can happen to the registries."""


class RegistryEvent(Value):
    """A change of a registry with its envelope. `stream_version` counts from 1 within its registry."""

    event_id: UUID
    registry: Registry
    stream_version: int
    command_id: UUID
    occurred_at: Instant
    recorded_at: Instant
    actor: Actor
    data: RegistryData


def administrator(login: str) -> Actor:
    """Who changes a registry at the command line, with the rights of the database: known by the login of the machine."""
    return Actor(user="console", name=login)
