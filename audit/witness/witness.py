"""A witness at work: what it is given is judged, kept, and only then cosigned."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from audit.log.adoption import adopted_key, known_keys
from audit.log.checkpoint import Checkpoint, cosign
from audit.log.note import NoteRefused, Signature, VerifyingKey
from audit.witness.alarm import Alarm
from audit.witness.rules import Consistent, Known, Refused, evidence, judge
from audit.witness.store import Store
from audit.witness.submission import Submission

log = structlog.get_logger()

MOST_KEYS = 100
"""Of one log."""


@dataclass(frozen=True)
class LogStanding:
    """A log as this witness knows it."""

    origin: str
    keys: tuple[VerifyingKey, ...]
    last: Checkpoint | None
    cosigned_at: datetime | None


class Witness:
    """Cosigns for the logs whose keys it was given, and for keys that these led to."""

    def __init__(self, store: Store, trusted: Iterable[VerifyingKey], tell: Callable[[], None] | None = None) -> None:
        """`tell` is called when the store has an alarm that is news. NoteRefused if what it knows of keys is faulty."""
        self._store = store
        self._keys = known_keys(trusted, store.statements())
        self._tell = tell
        self._turns = {key.name: asyncio.Lock() for key in self._keys}

    @property
    def key(self) -> VerifyingKey:
        """Its public key."""
        return self._store.key.verifying

    async def submit(self, submission: Submission) -> Signature | Refused:
        """The cosignature, or why there is none. What is cosigned is on the disk before."""
        origin = submission.checkpoint.head.origin
        if origin not in self._turns:
            return Refused(404, f"this witness does not know the log {origin}")
        async with self._turns[origin]:
            verdict = await asyncio.to_thread(self._decide, submission)
        if isinstance(verdict, Refused) and verdict.alarm:
            await self._shout(submission.checkpoint, verdict)
        return verdict

    def _decide(self, submission: Submission) -> Signature | Refused:
        checkpoint, store = submission.checkpoint, self._store
        origin, size = checkpoint.head.origin, checkpoint.head.size
        known = Known(
            keys=self._keys_of(origin),
            last=store.last(origin),
            of_that_size=store.of_size(origin, size),
            forgotten=store.forgotten(origin),
        )
        verdict = judge(submission, known, self.key)
        if isinstance(verdict, Refused):
            return verdict
        return self._cosigned(checkpoint, verdict)

    def _cosigned(self, checkpoint: Checkpoint, verdict: Consistent) -> Signature:
        signature = cosign(checkpoint.note.text, self._store.key, datetime.now(UTC))
        if verdict.news:
            self._store.keep(self._evidence(checkpoint).cosigned([signature]))
            log.info("witness.cosigned", origin=checkpoint.head.origin, size=checkpoint.head.size)
        return signature

    async def _shout(self, checkpoint: Checkpoint, refused: Refused) -> None:
        assert refused.alarm is not None  # noqa: S101 - the caller has looked
        shown = self._evidence(checkpoint)
        alarm = Alarm.of(refused.alarm, refused.reason, shown, refused.against, datetime.now(UTC))
        news = await asyncio.to_thread(self._store.raise_alarm, alarm)
        log.error(
            "witness.alarm",
            kind=alarm.kind,
            origin=alarm.origin,
            size=alarm.size,
            reason=alarm.reason,
            id=alarm.id,
            news=news,
        )
        if news and self._tell:
            self._tell()

    def _evidence(self, checkpoint: Checkpoint) -> Checkpoint:
        return evidence(checkpoint, self._keys_of(checkpoint.head.origin), self.key)

    def _keys_of(self, origin: str) -> tuple[VerifyingKey, ...]:
        return tuple(key for key in self._keys if key.name == origin)

    async def add_key(self, statement: str) -> Refused | None:
        """Trust the key that a statement names from here on, if a trusted one vouches for it."""
        try:
            key = adopted_key(statement)
            if key.name not in self._turns:
                return Refused(404, f"this witness does not know the log {key.name}")
            async with self._turns[key.name]:
                led_to = known_keys(self._keys, [statement])
                if key not in led_to or sum(one.name == key.name for one in led_to) > MOST_KEYS:
                    return Refused(403, "no key that this witness trusts vouches for the new one")
                if key not in self._keys:
                    await asyncio.to_thread(self._store.adopt, statement)
                    self._keys = [*self._keys, key]  # those of now: another log's may have grown in between
                    log.warning("witness.key_added", origin=key.name, key=str(key))
        except NoteRefused as error:
            return Refused(400, str(error))
        return None

    def standing(self) -> list[LogStanding]:
        """What it knows, log by log."""
        return [self._of(origin) for origin in self._turns]

    def _of(self, origin: str) -> LogStanding:
        last = self._store.last(origin)
        return LogStanding(origin, self._keys_of(origin), last, last.witnessed_at(self.key) if last else None)

    def alarms(self, limit: int) -> list[Alarm]:
        """What proves something first, then the latest first."""
        return self._store.alarms(limit)
