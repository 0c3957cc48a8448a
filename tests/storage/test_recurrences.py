"""Recurrences in the record: a change is written once, with what it makes of the recurrence, on the version it was decided on."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from domain.recurrence import Recurrence, Status
from domain.recurring import ChangeKind, RecurrenceChange
from storage.pool import Pool
from storage.recurrences import RecurrenceMoved, changes_of, find_recurrence, first_change, save
from tests.domain.recurrences import NOW, recurring


def done(recurrence: Recurrence, kind: ChangeKind, number: int) -> RecurrenceChange:
    return RecurrenceChange(number=number, kind=kind, at=NOW + timedelta(days=number), actor=recurrence.issuer)


@pytest.fixture
async def kept(pool: Pool) -> Recurrence:
    """A recurrence in the record."""
    one = recurring()
    await save(pool, one, done(one, ChangeKind.SET_UP, 1), uuid4(), b"")
    return one


async def test_what_was_written_is_read_back_with_the_units_that_may_see_it(pool: Pool, kept: Recurrence) -> None:
    found = await find_recurrence(pool, kept.id)
    assert found is not None
    assert (found.recurrence, found.units) == (kept, frozenset({"NV", "UBQ"}))
    assert await find_recurrence(pool, uuid4()) is None


async def test_a_change_on_a_version_that_has_passed_changes_nothing(pool: Pool, kept: Recurrence) -> None:
    paused = kept.model_copy(update={"version": 2, "status": Status.PAUSED})
    await save(pool, paused, done(kept, ChangeKind.PAUSED, 2), uuid4(), b"")
    ended = kept.model_copy(update={"version": 2, "status": Status.ENDED})
    with pytest.raises(RecurrenceMoved):
        await save(pool, ended, done(kept, ChangeKind.ENDED, 2), uuid4(), b"")
    found = await find_recurrence(pool, kept.id)
    assert found is not None
    assert found.recurrence == paused
    assert [one.kind for one in await changes_of(pool, kept.id)] == [ChangeKind.SET_UP, ChangeKind.PAUSED]


async def test_a_command_is_answered_once_and_its_change_is_found_again(pool: Pool, kept: Recurrence) -> None:
    command_id = uuid4()
    for version in (2, 3):
        after = kept.model_copy(update={"version": version})
        change = done(kept, ChangeKind.BACKFILLED, version)
        if version == 2:
            await save(pool, after, change, command_id, b"print")
        else:
            with pytest.raises(asyncpg.UniqueViolationError):
                await save(pool, after, change, command_id, b"print")
    first = await first_change(pool, command_id)
    assert first is not None
    assert (first.recurrence_id, first.change.number, first.fingerprint) == (kept.id, 2, b"print")
    found = await find_recurrence(pool, kept.id)
    assert found is not None
    assert found.recurrence.version == 2
