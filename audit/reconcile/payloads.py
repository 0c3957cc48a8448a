"""What stands in the payloads of a directive's history, as JSON: an auditor's own reading, apart from the program's messages.

Only what is compared is read; fields that are not known here are left alone, as a history may be older or newer than this.
"""

import json
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from temporalio.api.common.v1 import Payload, Payloads

_EMPTY = (b"binary/null",)


class PayloadUnreadable(ValueError):
    """A payload is not the JSON that belongs there: another program's, encrypted, or damaged."""


class Said(BaseModel):
    """What is read of a message."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Standing(Said):
    """Where a directive stands: version, phase and the next instant at which something comes due."""

    version: int
    phase: str
    next_wakeup_at: AwareDatetime | None = None


class NoticeRequest(Said):
    """Notices to be sent for the events of a directive from one version to another."""

    directive_id: UUID
    first_version: int
    last_version: int
    channel: str


class Refusal(Said):
    """Why a command was refused."""

    code: str


class Answered(Said):
    """What the record answered to a command; `position` is 0 when nothing was appended."""

    refusal: Refusal | None = None
    version: int = 0
    position: int = 0
    standing: Standing | None = None
    effects: tuple[NoticeRequest, ...] = ()


class NamedCommand(Said):
    """A command by its name."""

    name: str


class Command(Said):
    """A command as it was sent."""

    command_id: UUID
    directive_id: UUID
    user: str
    command: NamedCommand


class Start(Said):
    """With what an execution began."""

    directive_id: UUID
    standing: Standing | None = None
    effects: tuple[NoticeRequest, ...] = ()


class LocalActivity(Said):
    """What the SDK keeps beside the result of a local activity; `backoff` is set when it is to be tried again."""

    activity_type: str
    backoff: Annotated[Any, Field(default=None)]


NOTICES = TypeAdapter(list[NoticeRequest])

_S = TypeVar("_S", bound=Said)


def read(kind: type[_S], payloads: Payloads) -> _S:
    """The first payload as this kind of message. PayloadUnreadable if it is none."""
    try:
        return kind.model_validate(_json(payloads))
    except ValidationError as error:
        raise PayloadUnreadable(f"not a {kind.__name__}: {error.errors()[0]['msg']}") from error


def read_notices(payloads: Payloads) -> list[NoticeRequest]:
    """The first payload as a list of requests. PayloadUnreadable if it is none."""
    try:
        return NOTICES.validate_python(_json(payloads))
    except ValidationError as error:
        raise PayloadUnreadable(f"not a list of notices: {error.errors()[0]['msg']}") from error


def _json(payloads: Payloads) -> Any:
    payload = payloads.payloads[0] if payloads.payloads else Payload()
    encoding = payload.metadata.get("encoding", b"")
    if encoding in _EMPTY:
        return None
    if not encoding.startswith(b"json/"):
        raise PayloadUnreadable(f"encoding {encoding.decode('ascii', 'replace') or 'missing'}, not JSON")
    try:
        return json.loads(payload.data)
    except ValueError as error:
        raise PayloadUnreadable("not JSON") from error
