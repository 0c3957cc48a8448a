"""A body of more than 256 KB is refused, whether or not it says how long it is."""

from collections.abc import AsyncIterator

import pytest

from tests.api.refusals import refused
from tests.support.office import Office

LIMIT = 256 * 1024
JSON = {"Content-Type": "application/json"}


def padded(size: int) -> bytes:
    """A JSON object of exactly so many bytes, in spaces; it is short of every point of the gate."""
    return b"{" + b" " * (size - 2) + b"}"


async def in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 64 * 1024):
        yield content[start : start + 64 * 1024]


@pytest.mark.parametrize("size", [LIMIT + 1, 4 * LIMIT])
async def test_a_large_body_that_says_so_is_refused(shared: Office, unchanged: None, size: int) -> None:
    answer = await (await shared.as_("chu-tich")).post("/directives", content=padded(size), headers=JSON)
    refused(answer, 413, "body_too_large")


@pytest.mark.parametrize("size", [LIMIT + 1, 4 * LIMIT])
async def test_a_large_body_that_does_not_say_so_is_refused(shared: Office, unchanged: None, size: int) -> None:
    answer = await (await shared.as_("chu-tich")).post("/directives", content=in_pieces(padded(size)), headers=JSON)
    assert "content-length" not in answer.request.headers
    refused(answer, 413, "body_too_large")


async def test_the_largest_body_is_read(shared: Office, unchanged: None) -> None:
    leader = await shared.as_("chu-tich")
    for content in (padded(LIMIT), in_pieces(padded(LIMIT))):
        refused(await leader.post("/directives", content=content, headers=JSON), 422, "four_clear_incomplete")
