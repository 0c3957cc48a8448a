"""Ids that a retry finds again: everything derives from the command id by UUID version 5 (RFC 9562, section 5.5)."""

import hashlib
from datetime import date
from uuid import UUID

_NAMESPACE = UUID("5d1c2a0e-7b0f-5c7e-9a53-0d0ecd0c0001")
_BEGUN = hashlib.sha1(_NAMESPACE.bytes, usedforsecurity=False)
_FREE_BITS = ~(0xF << 76 | 0b11 << 62)
_VERSION_5 = 5 << 76 | 0b10 << 62
"""The version, and the variant of RFC 9562."""


def _derived(name: str) -> UUID:
    """The UUID of version 5 of a name: uuid.uuid5 with the namespace hashed beforehand, for an audit asks for millions."""
    hashed = _BEGUN.copy()
    hashed.update(name.encode())
    return UUID(int=int.from_bytes(hashed.digest()[:16], "big") & _FREE_BITS | _VERSION_5)


def directive_id_for(command_id: UUID) -> UUID:
    """The id of the directive that the issuing command `command_id` creates."""
    return _derived(f"directive:{command_id}")


def event_id_for(command_id: UUID, index: int) -> UUID:
    """The id of the `index`-th event (from 0) of a command."""
    return _derived(f"event:{command_id}:{index}")


def command_id_for_key(user: str, key: str) -> UUID:
    """The command id that an Idempotency-Key stands for; keys of different users never meet."""
    return _derived(f"key:{user}:{key}")


def foreign(command_id: UUID) -> UUID:
    """A command id from outside in a form that none of our own has: version 8 (RFC 9562, section 5.8) in place of 5.

    Whoever took the id of a coming tick would otherwise keep that tick from being recorded.
    """
    return command_id if command_id.version != 5 else UUID(int=command_id.int & ~(0xF << 76) | 8 << 76)


def recurrence_id_for(command_id: UUID) -> UUID:
    """The id of the recurrence that the command `command_id` sets up."""
    return _derived(f"recurrence:{command_id}")


def occurrence_command_id(recurrence_id: UUID, period: str) -> UUID:
    """The command id of the occurrence of a period: one for each, so that no period is issued twice."""
    return _derived(f"occurrence:{recurrence_id}:{period}")


def part_command_id(command_id: UUID, index: int) -> UUID:
    """The command id of the `index`-th directive (from 0) issued by one command that issues many."""
    return _derived(f"part:{command_id}:{index}")


def attach_command_id(command_id: UUID, sha256: str) -> UUID:
    """The command id under which a file that came with the command `command_id` is attached."""
    return _derived(f"attach:{command_id}:{sha256}")


def echo_command_id(command_id: UUID, directive_id: UUID) -> UUID:
    """The command id under which a command on one directive is recorded in another, e.g. in the one above it."""
    return _derived(f"echo:{command_id}:{directive_id}")


def tick_id(directive_id: UUID, version: int, wakeup: str) -> UUID:
    """The command id of the tick that a directive at `version` sends itself for the instant `wakeup`."""
    return _derived(f"tick:{directive_id}:{version}:{wakeup}")


def reprojection_id(directive_id: UUID, after: int, revision: int) -> UUID:
    """The command id under which a directive is brought from one revision of the calendar to another."""
    return _derived(f"reproject:{directive_id}:{after}:{revision}")


def delivery_command_id(event_id: UUID, channel: str) -> UUID:
    """The command id under which the outcome of sending an event's notices over a channel is recorded."""
    return _derived(f"delivery:{event_id}:{channel}")


def signal_refusal_id(command_id: UUID) -> UUID:
    """The command id under which the refusal of a signalled command is recorded."""
    return _derived(f"signal-refused:{command_id}")


def notice_id(event_id: UUID, recipient: str) -> UUID:
    """The id of the notice that tells `recipient` of an event."""
    return _derived(f"notice:{event_id}:{recipient}")


def succession_id(directive_id: UUID, version: int) -> UUID:
    """The command id under which a directive at `version` follows its units to their successors."""
    return _derived(f"succession:{directive_id}:{version}")


def registry_command_id(registry: str, document: str) -> UUID:
    """The command id of the change that brings `document` into a registry; the same document is entered once."""
    return _derived(f"registry:{registry}:{document}")


def draw(command_id: UUID, directive_id: UUID, among: int) -> int:
    """A number from 0 up to `among`, the same whenever the command is decided: a lot that anyone can draw again."""
    return _derived(f"lot:{command_id}:{directive_id}").int % among


def digest_id(username: str, day: date) -> UUID:
    """The id of somebody's digest of a local day."""
    return _derived(f"digest:{username}:{day.isoformat()}")


def webhook_message_id(webhook_id: UUID, event_id: UUID) -> UUID:
    """The id of the message that tells a webhook of an event: the same at every try, so that a receiver can drop a repeat."""
    return _derived(f"webhook:{webhook_id}:{event_id}")


def chat_target_id(url: str) -> UUID:
    """The id under which a chat target of the configuration is kept."""
    return _derived(f"chat:{url}")
