"""The comparison that a worker makes again and again, in bounded parts: what was touched, and by turns everything open."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from audit.reconcile.kinds import Difference, Kind
from audit.reconcile.payloads import NoticeRequest
from audit.reconcile.reader import Copies, Histories
from audit.reconcile.reconciling import Reconciler
from storage.log import head_position
from storage.pool import Pool
from storage.reconciliation import (
    Claim,
    claim,
    conclude,
    end_differences,
    keep_difference,
    open_above,
    touched,
    with_differences,
)

TOUCHED_AT_ONCE, TOUCHED_ROUNDS = 200, 10
"""So many directives, so many times a look: 2,000 that were touched since the last one."""
SWEPT_AT_ONCE = 100
"""Open directives a look that nobody need have touched: 25,000 come round in about four hours, also after a restored backup."""
STANDING_AT_ONCE = 100
"""Directives a look whose differences may be gone."""
UNDER_WAY = timedelta(seconds=5)
"""What was recorded within it is left to the next look: its history may not be complete."""
CLAIM = timedelta(minutes=10)
"""How long a worker that dies keeps the others away."""
_FIRST = UUID(int=0)


@dataclass
class Seen:
    """What a look saw."""

    compared: int = 0
    new: list[Difference] = field(default_factory=list)
    """Differences that stood in no look before."""
    absent: list[UUID] = field(default_factory=list)
    """Open directives without an execution."""
    unsent: list[NoticeRequest] = field(default_factory=list)
    """Notices that a lost execution was to send, and that may be sent again."""


async def look(pool: Pool, histories: Histories) -> Seen | None:
    """Compare the next part and keep what was found; None while another worker does."""
    claimed = await claim(pool, CLAIM)
    if claimed is None:
        return None
    looking = _Looking(pool, histories, Reconciler(pool, histories), claimed)
    try:
        await looking.look()
    finally:
        await conclude(pool, looking.claimed)
    return looking.seen


class _Looking:
    """One look; `claimed` moves on with what has been compared, so that the next one goes on there whatever ends this one."""

    def __init__(self, pool: Pool, histories: Histories, reconciler: Reconciler, claimed: Claim) -> None:
        self._pool = pool
        self._histories = histories
        self._reconciler = reconciler
        self._copies: Copies = {}
        self._done: set[UUID] = set()
        self.claimed = claimed
        self.seen = Seen()

    async def look(self) -> None:
        self._copies = await self._histories.copies()
        await self._compare([*self._copies])
        await self._touched()
        await self._swept()
        await self._compare(await with_differences(self._pool, STANDING_AT_ONCE))

    async def _touched(self) -> None:
        if self.claimed.position > await head_position(self._pool):
            self.claimed = replace(self.claimed, position=0)  # the record was cut: nothing is known of it any more
        for _ in range(TOUCHED_ROUNDS):
            some = await touched(self._pool, self.claimed.position, TOUCHED_AT_ONCE, older_than=UNDER_WAY)
            if not some:
                return
            await self._compare([directive_id for directive_id, _ in some])
            self.claimed = replace(self.claimed, position=some[-1][1])

    async def _swept(self) -> None:
        some = await open_above(self._pool, self.claimed.swept_to, SWEPT_AT_ONCE)
        if len(some) == SWEPT_AT_ONCE:
            await self._compare(some)
            self.claimed = replace(self.claimed, swept_to=some[-1])
            return
        # The round is complete: whatever runs beside what is open should not.
        opened = {*await open_above(self._pool, _FIRST, 2**31 - 1)}
        beside = [one for one in await self._histories.running() if one not in opened]
        await self._compare([*some, *beside[:SWEPT_AT_ONCE]])
        self.claimed = replace(self.claimed, swept_to=_FIRST)

    async def _compare(self, directives: Sequence[UUID]) -> None:
        wanted = [one for one in dict.fromkeys(directives) if one not in self._done]
        self._done |= {*wanted}
        report = await self._reconciler.reconcile(wanted, self._copies)
        self.seen.compared += report.directives
        for one in report.differences:
            if await keep_difference(self._pool, _row(one)):
                self.seen.new.append(one)
            if one.kind is Kind.NO_EXECUTION:
                self.seen.absent.append(one.directive_id)
            if one.unsent is not None:
                self.seen.unsent.append(one.unsent)
        if wanted:
            await end_differences(self._pool, wanted, self.claimed.at)


def _row(one: Difference) -> tuple[UUID, str, str, int, int, str, str]:
    return (*one.key, one.vietnamese, one.english)
