"""What is checked while a file comes in: its size, its declared type, and whether its first bytes agree with that."""

from collections.abc import AsyncIterable, AsyncIterator

from starlette.requests import Request

from api.problems import Problem
from domain.files import HEAD_BYTES, KINDS, agrees

_NOT_TAKEN = ("kiểu này không được nhận", "files of this type are not taken")
_OTHERWISE = ("nội dung không phải kiểu này", "the content is not of this type")


def declared_type(request: Request) -> str:
    """The media type in Content-Type, without its parameters; 415 if files of that type are not taken."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in KINDS:
        raise Problem(415, "file_type_refused", extra={"allowed": [*KINDS]}, media_type=media_type, reason=_NOT_TAKEN)
    return media_type


def refuse_declared_size(request: Request, limit: int) -> None:
    """413 before anything is read, if the request says of itself that it is too large."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)


async def checked(chunks: AsyncIterable[bytes], media_type: str, limit: int) -> AsyncIterator[bytes]:
    """`chunks` as they come, none passed on before the first bytes have been looked at.

    Problem: 413 with the first byte too many, 415 when the content is of another type, 422 when there is none.
    """
    size, head = 0, b""
    waiting = True
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        if not waiting:
            yield chunk
            continue
        head += chunk
        if len(head) >= HEAD_BYTES:
            yield _agreeing(head, media_type)
            waiting = False
    if size == 0:
        raise Problem(422, "file_empty")
    if waiting:
        yield _agreeing(head, media_type)


def _agreeing(head: bytes, media_type: str) -> bytes:
    if not agrees(media_type, head[:HEAD_BYTES]):
        raise Problem(415, "file_type_refused", extra={"allowed": [*KINDS]}, media_type=media_type, reason=_OTHERWISE)
    return head


def _too_large(limit: int) -> Problem:
    return Problem(413, "file_too_large", extra={"limit": limit}, limit=str(limit))
