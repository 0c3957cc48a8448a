"""Failed tries are limited for each username and each address, over the last quarter of an hour."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from api.problems import Problem
from api.signing import throttle as t
from api.signing.throttle import Throttle


class Clock:
    """Seconds that pass when they are told to."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that the limits go by."""
    clock = Clock()
    monkeypatch.setattr("time.time", clock)
    return clock


Tries = Callable[..., Awaitable[int | None]]


@pytest.fixture
def tries(clock: Clock) -> Tries:
    """Makes a try; the seconds to wait if there were too many, None if it was let through."""
    throttle = Throttle()

    async def one(
        username: str | None = "tp-nv", address: str = "10.0.0.7", *, right: bool | None = False
    ) -> int | None:
        try:
            async with throttle.trying(username, address) as attempt:
                attempt.right = right
        except Problem as refused:
            problem = refused
        else:
            return None
        assert (problem.status, problem.code) == (429, "too_many_tries")
        return int(problem.headers["Retry-After"])

    return one


async def test_ten_failed_tries_at_a_name_are_let_through_and_the_next_must_wait(tries: Tries, clock: Clock) -> None:
    for place in range(10):
        assert await tries(address=f"10.0.0.{place}") is None
        clock.now += 1
    assert await tries(address="10.0.0.99") == 15 * 60 - 10
    assert await tries(right=True) is not None, "the right password must wait as well: else the answer would tell"
    assert await tries("cv-nv") is None


async def test_each_failed_try_counts_for_a_quarter_of_an_hour(tries: Tries, clock: Clock) -> None:
    for _ in range(10):
        await tries()
        clock.now += 60
    wait = await tries()
    assert wait == 5 * 60
    clock.now += wait - 1
    assert await tries() is not None
    clock.now += 2
    assert await tries() is None
    assert await tries() is not None, "one is over, not all"


async def test_refused_tries_do_not_count(tries: Tries, clock: Clock) -> None:
    for _ in range(10):
        await tries()
    for _ in range(100):
        clock.now += 8
        assert await tries() is not None
    clock.now += 15 * 60 - 800 + 1
    assert await tries() is None


async def test_success_clears_the_count_of_its_name(tries: Tries) -> None:
    for _ in range(9):
        await tries()
    assert await tries(right=True) is None
    for _ in range(10):
        assert await tries() is None
    assert await tries() is not None


async def test_fifty_failed_tries_from_an_address_are_let_through_whatever_the_names(
    tries: Tries, clock: Clock
) -> None:
    for number in range(50):
        assert await tries(f"nobody-{number}" if number % 2 else None) is None
    assert await tries("tp-nv") == 15 * 60
    assert await tries(None) == 15 * 60
    assert await tries("tp-nv", address="10.0.0.8") is None


async def test_success_does_not_clear_the_count_of_its_address(tries: Tries) -> None:
    for number in range(50):
        await tries(f"nobody-{number}")
        if number % 10 == 0:
            assert await tries(right=True) is None
    assert await tries(right=True) is not None


async def test_many_who_sign_in_from_one_address_do_not_count(tries: Tries) -> None:
    for number in range(200):
        assert await tries(f"somebody-{number}", right=True) is None


async def test_a_stranger_does_not_lock_a_person_out_of_the_usual_place(tries: Tries) -> None:
    assert await tries(address="10.0.0.7", right=True) is None
    for _ in range(10):
        await tries(address="192.0.2.1")
    assert await tries(address="192.0.2.1") is not None
    assert await tries(address="10.0.0.8", right=True) is not None
    assert await tries(address="10.0.0.7", right=True) is None
    for _ in range(10):
        await tries(address="10.0.0.7")
    assert await tries(address="10.0.0.7") is not None, "guessing there is limited like anywhere"


async def test_what_broke_off_counts_for_nothing(tries: Tries, clock: Clock) -> None:
    throttle = Throttle()
    for _ in range(60):
        with pytest.raises(ConnectionError):
            async with throttle.trying("tp-nv", "10.0.0.7"):
                raise ConnectionError
    assert not throttle._under_way


async def test_a_failure_that_ends_in_an_exception_counts(clock: Clock) -> None:
    throttle = Throttle()

    async def fail() -> None:
        async with throttle.trying("tp-nv", "10.0.0.7") as attempt:
            attempt.right = False
            raise LookupError

    for _ in range(10):
        with pytest.raises(LookupError):
            await fail()
    with pytest.raises(Problem):
        await fail()


async def test_tries_at_the_same_time_are_no_way_around(clock: Clock) -> None:
    throttle, let_through, go = Throttle(), 0, asyncio.Event()

    async def one() -> None:
        nonlocal let_through
        try:
            async with throttle.trying("tp-nv", "10.0.0.7") as attempt:
                let_through += 1
                await go.wait()
                attempt.right = False
        except Problem:
            go.set()

    await asyncio.gather(*(one() for _ in range(40)))
    assert let_through == 10
    assert not throttle._under_way


async def test_familiar_places_are_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(t, "MOST_FAMILIAR", 3)
    throttle = Throttle()
    for number in range(10):
        async with throttle.trying("tp-nv", f"10.0.0.{number}") as attempt:
            attempt.right = True
    assert [*throttle._familiar] == [("tp-nv", f"10.0.0.{number}") for number in (7, 8, 9)]


async def test_names_are_swept_from_memory_when_their_time_is_over(clock: Clock) -> None:
    throttle = Throttle()

    async def fail(name: str) -> None:
        async with throttle.trying(name, f"address-of-{name}") as attempt:
            attempt.right = False

    for number in range(20):
        await fail(f"nobody-{number}")
    async with throttle.trying("nobody-3", "x") as attempt:
        attempt.right = True
    clock.now += 15 * 60 + 1
    await fail("somebody")
    memory = throttle._failed.storage
    assert isinstance(memory, t._Memory)
    assert memory.timer is not None
    await memory.timer
    assert len(memory.events) == 2
