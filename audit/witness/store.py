"""What a witness keeps, in a folder of its own: its key, and in one SQLite file every checkpoint it cosigned and every alarm.

SQLite with `synchronous=extra` has what is committed on the disk before it answers, so nothing is signed that a crash forgets.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from audit.durable import write_durably
from audit.log.checkpoint import Checkpoint
from audit.log.note import SigningKey
from audit.witness.alarm import Alarm
from audit.witness.folder import KEY, StateUnusable, new_key, read_key
from audit.witness.rules import Kind

DATABASE, FORKS = "witness.db", "forks"
MOST_ALARMS = 1_000
"""Kept of one log beside those below; further ones are only logged."""
PROVING = (Kind.FORK, Kind.FORGOTTEN)
"""Of these the first is kept whatever else was kept, of forks the first for each size: it proves all that there is to prove.
More of the same, and the other kinds, prove nothing new, and a log that signs many of them must crowd nothing out."""

_SCHEMA = """
create table if not exists cosigned (
    origin text, size integer, note text not null, at text not null, primary key (origin, size)
) without rowid;
create table if not exists keys (nth integer primary key, statement text not null unique);
create table if not exists alarms (
    id text primary key, origin text not null, kind text not null, size integer not null, reason text not null,
    note text not null, against text, at text not null, settled integer not null default 0, told integer not null default 0
);
"""

_BESIDE = """
select count(*) - count(distinct size) filter (where kind = 'fork') - count(distinct kind) filter (where kind = 'forgotten'),
       max(id = ?2), max(kind = ?3 and (size = ?4 or kind = 'forgotten'))
from alarms where origin = ?1
"""
"""How many alarms of a log are none of the first, whether this very one is there, and whether one is that proves the same."""


class Overtaken(Exception):
    """A checkpoint of this size or above was kept in between."""


class Store:
    """The state of one witness. One process at a time; its threads may share it."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        """Open the folder, and make it with a key called `name` if it is new. StateUnusable."""
        self.folder = folder
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.key = self._key(name)
            self._database = sqlite3.connect(
                folder / DATABASE, isolation_level=None, check_same_thread=False, timeout=0
            )
            for pragma in ("locking_mode=exclusive", "synchronous=extra", "trusted_schema=off"):
                self._database.execute(f"pragma {pragma}")
            self._database.executescript(f"begin immediate;{_SCHEMA}commit;")
        except (sqlite3.Error, OSError) as error:
            raise StateUnusable(f"{folder}: {error}; does another witness run on it?") from error

    def close(self) -> None:
        """Let go of the folder."""
        self._database.close()

    def last(self, origin: str) -> Checkpoint | None:
        """The largest checkpoint that was cosigned."""
        return self._checkpoint("select note from cosigned where origin = ? order by size desc limit 1", origin)

    def of_size(self, origin: str, size: int) -> Checkpoint | None:
        """The checkpoint of this size that was cosigned."""
        return self._checkpoint("select note from cosigned where origin = ? and size = ?", origin, size)

    def _checkpoint(self, query: str, *values: object) -> Checkpoint | None:
        with self._statement(query, *values) as found:
            row = found.fetchone()
        return Checkpoint.parse(row[0]) if row else None

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep what is about to be handed out, cosigned. On the disk when this returns. Overtaken."""
        head, at = checkpoint.head, datetime.now(UTC).isoformat()
        with self._statement(
            "insert into cosigned select ?1, ?2, ?3, ?4"
            " where not exists (select 1 from cosigned where origin = ?1 and size >= ?2)",
            *(head.origin, head.size, str(checkpoint.note), at),
        ) as done:
            if done.rowcount != 1:
                raise Overtaken(f"{head.origin}: {head.size} events or more were kept in between")
        with self._statement("update alarms set settled = 1 where id = ?", _unproven(checkpoint)):
            pass

    def raise_alarm(self, alarm: Alarm) -> bool:
        """Keep an alarm with its notes, also as a file; whether it is news and worth telling."""
        with self._statement(_BESIDE, alarm.origin, alarm.id, alarm.kind, alarm.size) as row:
            beside, known, proven = row.fetchone()
        is_first = alarm.kind in PROVING and not proven
        if known or (beside >= MOST_ALARMS and not is_first):
            return False
        (self.folder / FORKS).mkdir(exist_ok=True)
        write_durably(self.folder / FORKS / f"{alarm.id}.txt", alarm.text, 0o644)
        with self._statement(
            "insert into alarms (id, origin, kind, size, reason, note, against, at) values (?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict do nothing",
            *(alarm.id, alarm.origin, alarm.kind, alarm.size, alarm.reason, alarm.note, alarm.against, alarm.at),
        ) as done:
            return done.rowcount == 1

    def alarms(self, limit: int) -> list[Alarm]:
        """What proves something first, then the latest first."""
        with self._statement(
            "select id, origin, kind, size, reason, note, against, at, settled from alarms"
            " order by kind in (?, ?) desc, at desc, id limit ?",
            *(*PROVING, limit),
        ) as found:
            return [_alarm(*row) for row in found]

    def untold(self, after: int = 0) -> tuple[int, Alarm] | None:
        """The next alarm after the `after`-th, and its number, that nobody has been told of yet."""
        with self._statement(
            "select rowid, id, origin, kind, size, reason, note, against, at, settled from alarms"
            " where told = 0 and rowid > ? order by rowid limit 1",
            after,
        ) as found:
            row = found.fetchone()
        return (row[0], _alarm(*row[1:])) if row else None

    def told(self, alarm: Alarm) -> None:
        """Somebody has been told of it."""
        with self._statement("update alarms set told = 1 where id = ?", alarm.id):
            pass

    def forgotten(self, origin: str) -> bool:
        """Whether this state has been shown to be older than what its key has signed."""
        with self._statement("select 1 from alarms where origin = ? and kind = ?", origin, Kind.FORGOTTEN) as found:
            return found.fetchone() is not None

    def statements(self) -> list[str]:
        """The statements by which logs went over to other keys, in order."""
        with self._statement("select statement from keys order by nth") as found:
            return [row[0] for row in found]

    def adopt(self, statement: str) -> None:
        """Keep one more."""
        with self._statement("insert into keys (statement) values (?) on conflict do nothing", statement):
            pass

    def _key(self, name: str | None) -> SigningKey:
        key = read_key(self.folder)
        if key is None and (self.folder / DATABASE).exists():
            raise StateUnusable(f"{self.folder}: there is a state here, and {KEY} is gone; put it back")
        key = key or new_key(self.folder, name)
        if name not in (None, key.name):
            raise StateUnusable(f"{self.folder}: the key here is called {key.name}, not {name}")
        return key

    @contextmanager
    def _statement(self, query: str, *values: object) -> Iterator[sqlite3.Cursor]:
        with self._lock:
            cursor = self._database.execute(query, values)
            try:
                yield cursor
            finally:
                cursor.close()


def _alarm(  # the columns, by name
    name: str, origin: str, kind: str, size: int, reason: str, note: str, against: str | None, at: str, settled: int
) -> Alarm:
    return Alarm(name, origin, Kind(kind), size, reason, note, against, at, bool(settled))


def _unproven(checkpoint: Checkpoint) -> str:
    return Alarm.of(Kind.UNPROVEN, "", checkpoint, None, datetime.now(UTC)).id
