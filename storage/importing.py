"""Bringing a list of units or people into the directory, or seeing what that would change."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from domain.difference import Difference, addresses, differences
from domain.directory import Person
from domain.directory_changes import DirectoryChange
from domain.event_values import Actor
from domain.validity import DatedDirectory
from storage.directory import revise
from storage.pool import Pool
from storage.reference import load_reference

_M = TypeVar("_M")


async def bring_in(
    pool: Pool,
    wanted: Callable[[DatedDirectory], Sequence[_M]],
    changes_of: Callable[[DatedDirectory, Sequence[_M]], list[DirectoryChange]],
    actor: Actor,
    *,
    order: Callable[[Sequence[_M]], list[str]] = lambda _: [],
    contacts: Callable[[Sequence[_M]], Sequence[Person]] = lambda _: [],
    dry_run: bool = False,
) -> tuple[Sequence[_M], list[Difference]]:
    """What was wanted, given the directory as it is, and what it changed or, in a dry run, would change.

    All or none, each change an event by `actor`. Whatever `wanted` or `changes_of` raises, DirectoryError above all, leaves
    everything as it was; `changes_of` is asked under the lock of the directory, so it may refuse what has become impossible.
    """
    held = (await load_reference(pool)).dated
    found = wanted(held)
    if dry_run:
        changes = changes_of(held, found)
    else:
        changes = await revise(
            pool, lambda now: changes_of(now, found), actor, order=order(found), contacts=contacts(found)
        )
    return found, [*differences(held, changes), *addresses(held, contacts(found))]
