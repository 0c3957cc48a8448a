"""Opaque page cursors: the sort they belong to and the key of the last row shown."""

import base64
import binascii
import json

from api.problems import Problem


def encode(sort: str, key: tuple[str, str] | None) -> str | None:
    """The cursor for the page after `key`; None when there is none."""
    if key is None:
        return None
    return base64.urlsafe_b64encode(json.dumps([sort, *key]).encode()).decode().rstrip("=")


def decode(sort: str, cursor: str | None) -> tuple[str, str] | None:
    """The key in a cursor; 422 for one that is not ours or belongs to another sort."""
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        made_for, value, last_id = json.loads(text)
        (value + last_id).encode()  # half a character cannot go to the database
    except (binascii.Error, UnicodeError, ValueError, TypeError, AttributeError, RecursionError):
        raise Problem(422, "invalid_cursor") from None
    if made_for != sort or not isinstance(value, str) or not isinstance(last_id, str) or "\x00" in value + last_id:
        raise Problem(422, "invalid_cursor")
    return value, last_id
