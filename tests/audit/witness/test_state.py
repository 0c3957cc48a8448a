"""The state of a witness through crashes, restarts and people who restore old copies."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.log.checkpoint import Checkpoint
from audit.log.keys import KeyFolder
from audit.log.note import SigningKey
from audit.witness.alarm import Alarm
from audit.witness.folder import KEY, StateUnusable, read_key
from audit.witness.rules import Kind
from audit.witness.store import DATABASE, FORKS, Overtaken, Store
from audit.witness.submission import Submission
from tests.audit.witness.sample_log import SampleLog
from tests.audit.witness.serving import witness

LOG = SampleLog()


async def test_what_was_cosigned_is_known_after_a_restart(tmp_path: Path) -> None:
    async with witness(tmp_path, [LOG.key.verifying]) as one:
        await one.cosigns(LOG.submission(0, 12))
        key = one.key
    async with witness(tmp_path, [LOG.key.verifying]) as again:
        assert again.key == key
        assert await again.refuses(LOG.rewritten().submission(12, 12)) == (409, "12\n")
        await again.cosigns(LOG.submission(12, 13))


async def test_a_crash_between_keeping_and_answering_costs_one_more_call(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(LOG.checkpoint(12))
    store.close()  # and nothing was answered
    async with witness(tmp_path, [LOG.key.verifying]) as one:
        assert await one.refuses(LOG.submission(0, 12)) == (409, "12\n")
        await one.cosigns(LOG.submission(12, 12))


async def test_an_old_state_that_was_put_back_is_found_out_by_its_own_cosignature(tmp_path: Path) -> None:
    state, copy = tmp_path / "state", tmp_path / "copy"
    async with witness(state, [LOG.key.verifying]) as one:
        await one.cosigns(LOG.submission(0, 12))
    shutil.copytree(state, copy)
    async with witness(state, [LOG.key.verifying]) as one:
        cosigned = await one.cosigns(LOG.submission(12, 20))
    async with witness(copy, [LOG.key.verifying]) as restored:
        assert await restored.refuses(Submission(12, LOG.proof(12, 20), cosigned)) == (409, "12\n")
        assert await restored.alarms() == [("forgotten", 20, False)]
        assert await restored.refuses(LOG.submission(12, 20)) == (409, "12\n"), "it signs no more for this log"
    async with witness(copy, [LOG.key.verifying]) as restarted:
        assert await restarted.refuses(LOG.submission(12, 30)) == (409, "12\n")


def test_nothing_is_kept_below_what_is_known(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(LOG.checkpoint(12))
    for size in (11, 12):
        with pytest.raises(Overtaken):
            store.keep(LOG.checkpoint(size))
    kept = store.last(LOG.origin)
    assert kept is not None
    assert kept.head.size == 12
    store.close()


@dataclass
class Alarms:
    """Those that a store keeps."""

    store: Store

    def kept(self, kind: Kind, size: int, log: SampleLog = LOG) -> bool:
        """Whether this one is."""
        return self.store.raise_alarm(Alarm.of(kind, "", log.checkpoint(size), None, datetime.now(UTC)))


@pytest.fixture
def alarms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Alarms]:
    """Of a witness that keeps but two beside those that prove something."""
    monkeypatch.setattr("audit.witness.store.MOST_ALARMS", 2)
    store = Store(tmp_path)
    yield Alarms(store)
    store.close()


def test_many_weak_alarms_do_not_crowd_out_what_proves_something(alarms: Alarms) -> None:
    kept = alarms.kept
    assert kept(Kind.FORK, 4)
    assert [kept(Kind.UNPROVEN, size) for size in (1, 2, 3)] == [True, True, False]
    assert [kept(Kind.FORK, size) for size in (5, 6, 6)] == [True, True, False], "each once"
    assert kept(Kind.FORGOTTEN, 7)
    assert alarms.store.forgotten(LOG.origin)
    assert not kept(Kind.SHRUNKEN, 8)
    shown = [one.kind for one in alarms.store.alarms(4)]
    assert sorted(shown) == ["forgotten", "fork", "fork", "fork"], "before the weak ones, whenever they came"


def test_a_log_that_signs_ever_more_roots_of_one_size_fills_no_disk(alarms: Alarms) -> None:
    others = [LOG.rewritten(altered_from) for altered_from in range(1, 5)]
    assert [alarms.kept(Kind.FORK, 5, log) for log in (LOG.rewritten(), *others)] == [True, True, True, False, False]
    assert len([*(alarms.store.folder / FORKS).iterdir()]) == 3
    assert alarms.kept(Kind.FORK, 6, others[-1]), "the first of another size"
    assert [alarms.kept(Kind.FORGOTTEN, size) for size in (8, 9)] == [True, False], "one is enough: it signs no more"
    other_log = SampleLog("nhatky-hai.example")
    assert alarms.kept(Kind.FORK, 5, other_log)
    assert alarms.kept(Kind.SHRUNKEN, 4, other_log)


def test_two_witnesses_cannot_share_a_folder(tmp_path: Path) -> None:
    first = Store(tmp_path)
    with pytest.raises(StateUnusable, match="another witness"):
        Store(tmp_path)
    first.close()
    Store(tmp_path).close()


def test_a_state_whose_key_is_gone_gets_no_other_key(tmp_path: Path) -> None:
    Store(tmp_path).close()
    (tmp_path / KEY).unlink()
    with pytest.raises(StateUnusable, match="put it back"):
        Store(tmp_path)


def test_a_damaged_database_and_wrong_keys_are_refused_with_the_reason(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    Store(damaged).close()
    (damaged / DATABASE).write_bytes(b"x" * 5_000)
    with pytest.raises(StateUnusable, match="not a database"):
        Store(damaged)
    for text, reason in (
        ("", "not a private key"),
        (SigningKey.generate("a.example").written(), "of a log, not of a witness"),
    ):
        (damaged / KEY).write_text(text)
        with pytest.raises(StateUnusable, match=reason):
            read_key(damaged)
    with pytest.raises(StateUnusable, match="no spaces"):
        Store(tmp_path / "fresh", "có dấu cách")
    Store(tmp_path / "named", "nhanchung.example").close()
    with pytest.raises(StateUnusable, match="called nhanchung"):
        Store(tmp_path / "named", "khac.example")


async def test_a_state_that_cannot_be_written_signs_nothing(tmp_path: Path) -> None:
    async with witness(tmp_path, [LOG.key.verifying]) as one:
        one.store._database.execute("pragma query_only=on")
        answer = await one.give(LOG.submission(0, 12))
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        one.store._database.execute("pragma query_only=off")
        await one.cosigns(LOG.submission(0, 12))
        assert Checkpoint.parse((await one.status())["logs"][0]["last"]["note"]).head.size == 12


def test_the_key_of_a_log_is_none_of_a_witness(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path)
    folder.prepare(SigningKey.generate("a.example"))
    folder.take_up()
    assert read_key(tmp_path) is None
