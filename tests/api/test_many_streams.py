"""Many open streams: they hold no connection of the pool, each person has so many, and a closed one frees its place."""

import asyncio
from contextlib import AsyncExitStack

import httpx

from api.stream import STREAMS_PER_USER
from tests.api.feeds import feed
from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import Office

POOL = 8
"""Connections that the API has for all its requests."""


async def test_thirty_streams_leave_the_pool_to_the_requests(shared: Office) -> None:
    readers = ["chu-tich", "pct", "cv-theo-doi", "tp-nv", "cv-nv", "kiem-tra"]
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(feed(await shared.as_(who))) for who in readers * 5]
        assert len(streams) == 30 > POOL
        leader = await shared.as_("chu-tich")
        answers = await asyncio.gather(*(leader.get("/directives", params={"limit": 1}) for _ in range(40)))
        assert {answer.status_code for answer in answers} == {200}
        directive = await shared.issue()
        received = await asyncio.gather(*(stream.next() for stream in streams))
        assert {message.data["directive_id"] for message in received} == {directive["id"]}
        held = await shared.pool.fetchval(
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'dondoc-stream'"
        )
        assert held == 1


async def test_a_person_has_so_many_streams_and_gets_a_closed_one_back(shared: Office) -> None:
    head, other = await shared.as_("tp-tnmt"), await shared.as_("cv-tnmt")
    async with AsyncExitStack() as stack:
        for _ in range(STREAMS_PER_USER - 1):
            await stack.enter_async_context(feed(head))
        async with feed(head):
            full = await head.get("/stream")
            refused(full, 429, "too_many_streams")
            assert int(full.headers["retry-after"]) > 0
            async with feed(other):
                pass

        async def free() -> bool:
            async with head.stream("GET", "/stream") as answer:
                return answer.status_code == 200

        assert await eventually(free)


async def test_streams_opened_all_at_once_are_counted_too(shared: Office) -> None:
    head = await shared.as_("ct-a")
    asked = [head.build_request("GET", "/stream") for _ in range(STREAMS_PER_USER + 5)]
    answers: list[httpx.Response] = await asyncio.gather(*(head.send(request, stream=True) for request in asked))
    try:
        codes = [answer.status_code for answer in answers]
        assert (codes.count(200), codes.count(429)) == (STREAMS_PER_USER, 5)
    finally:
        for answer in answers:
            await answer.aclose()
