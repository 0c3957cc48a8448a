"""Tokens are remembered for a moment, and only those that are valid."""

import pytest

from api import signins
from api.signins import SignIns
from storage.directory import import_people, import_units
from storage.pool import Pool
from storage.tokens import make_token, revoke
from tests.support.district import PEOPLE, UNITS


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def token(pool: Pool) -> str:
    await import_units(pool, UNITS)
    await import_people(pool, PEOPLE)
    return await make_token(pool, "tp-nv", "test")


async def test_a_revoked_token_opens_nothing_once_the_moment_is_over(pool: Pool, token: str) -> None:
    clock = Clock()
    sign_ins = SignIns(pool, clock)
    user = await sign_ins.user_of(token)
    assert user is not None
    assert user[0] == "tp-nv"
    await revoke(pool, token)
    clock.now += signins.SECONDS - 0.01
    assert await sign_ins.user_of(token) == user
    clock.now += 0.01
    assert await sign_ins.user_of(token) is None


async def test_what_is_no_token_is_asked_for_each_time(pool: Pool, token: str) -> None:
    sign_ins = SignIns(pool, Clock())
    assert await sign_ins.user_of("dd_x") is None
    assert await sign_ins.user_of(token + "x") is None
    other = await make_token(pool, "cv-nv", "test")
    assert await sign_ins.user_of(other) is not None


async def test_memory_is_bounded_and_makes_room_for_tokens_in_use(
    pool: Pool, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signins, "MOST", 2)
    clock = Clock()
    sign_ins = SignIns(pool, clock)
    for name in ("tp-nv", "cv-nv", "tp-tnmt"):
        assert await sign_ins.user_of(await make_token(pool, name, "test")) is not None
    assert len(sign_ins._known) == 2
    clock.now += 2 * signins.SECONDS
    user = await sign_ins.user_of(token)
    assert len(sign_ins._known) == 1
    await revoke(pool, token)
    assert await sign_ins.user_of(token) == user
