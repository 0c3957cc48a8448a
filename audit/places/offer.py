"""A checkpoint on its way out, with what a place may ask about it."""

from audit.log.checkpoint import Checkpoint
from audit.log.ledger import consistency, with_cosignatures
from audit.witness.submission import Submission
from storage.log import StoredCheckpoint, checkpoint_of, last_checkpoint
from storage.log_keys import adopted_keys
from storage.pool import Pool


class Offer:
    """A checkpoint of the record in `pool`, and the size that the place has taken `before`, 0 if none."""

    def __init__(self, pool: Pool, stored: StoredCheckpoint, before: int) -> None:
        self._pool = pool
        self.note = stored.note
        """As the log signed it, without cosignatures."""
        self.checkpoint = Checkpoint.parse(stored.note)
        self.before = before

    @property
    def size(self) -> int:
        """How many events it covers."""
        return self.checkpoint.head.size

    async def proof(self, old: int) -> tuple[bytes, ...]:
        """The proof that it goes on from the first `old` events. NodeMissing if the record was cut."""
        return (await consistency(self._pool, old, self.size)).hashes

    async def submission(self, old: int) -> Submission:
        """What a witness is sent that knows `old` events."""
        return Submission(old, await self.proof(old) if old else (), self.checkpoint)

    async def reminder(self, old: int) -> Submission | None:
        """The checkpoint that the place took before, with its own cosignature, for a witness that knows only `old` events."""
        stored = await checkpoint_of(self._pool, self.before)
        if stored is None:
            return None
        proof = (await consistency(self._pool, old, stored.size)).hashes if old else ()
        return Submission(old, proof, await with_cosignatures(self._pool, stored))

    async def last_size(self) -> int:
        """How many events the record's last checkpoint covers, as of now."""
        last = await last_checkpoint(self._pool)
        return last.size if last else 0

    async def statements(self) -> list[str]:
        """How the log went over from key to key, in order."""
        return [adopted.statement for adopted in await adopted_keys(self._pool)]
