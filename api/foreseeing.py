"""What a decision would do to the open directives, looked through page by page while everything else goes on."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from domain.foresight import Move
from domain.state import DirectiveState
from storage.calendar import open_after
from storage.directives import find_many
from storage.pool import Pool

A_PAGE = 200
SHOWN = 20

Foresee = Callable[[DirectiveState, DirectiveState | None], Move | None]
"""What would change of a directive, given the one above it."""


@dataclass
class Foreseen:
    """What would come of it; `first` are the moves with the earliest deadlines, those whose deadline moves before the others."""

    open: int = 0
    deadlines: int = 0
    """So many deadlines would be others."""
    steps: int = 0
    """Of so many the deadline would stay, and what comes around it would not."""
    policies: Counter[str] = field(default_factory=Counter)
    """The open directives by the policy version under which they were planned."""
    first: list[Move] = field(default_factory=list)


async def foreseen(pool: Pool, foresee: Foresee) -> Foreseen:
    """What `foresee` says of all open directives. Pure work, done in a thread: thousands of them take seconds."""
    found = Foreseen()
    async for states, above in _open(pool):
        moves = await asyncio.to_thread(_moves, states, above, foresee)
        found.open += len(states)
        found.policies.update(state.policy_version for state in states)
        found.deadlines += sum(move.moves_deadline for move in moves)
        found.steps += sum(not move.moves_deadline for move in moves)
        found.first = sorted([*found.first, *moves], key=_place)[:SHOWN]
    return found


def _moves(states: list[DirectiveState], above: Mapping[UUID, DirectiveState], foresee: Foresee) -> list[Move]:
    found = (foresee(state, above.get(state.parent) if state.parent else None) for state in states)
    return [move for move in found if move is not None]


def _place(move: Move) -> tuple[bool, str, str]:
    return not move.moves_deadline, str(move.old_due_at), move.state.code


async def _open(pool: Pool) -> AsyncIterator[tuple[list[DirectiveState], Mapping[UUID, DirectiveState]]]:
    """The open directives in pages, each with the directives above them."""
    last = UUID(int=0)
    while states := await open_after(pool, last, A_PAGE):
        parents = {state.parent for state in states if state.parent is not None}
        yield states, await find_many(pool, sorted(parents)) if parents else {}
        last = states[-1].id
