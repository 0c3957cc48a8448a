"""A witness over HTTP: growth, repeats, forks, and what it is told that it does not understand."""

import asyncio
import re
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audit.log.adoption import adoption
from audit.log.checkpoint import Checkpoint
from audit.log.note import Signature, SigningKey
from audit.witness.folder import KEY
from audit.witness.service import MOST_BYTES
from audit.witness.store import Store
from audit.witness.submission import Submission
from audit.witness.witness import Witness
from tests.audit.witness.sample_log import SampleLog
from tests.audit.witness.serving import Served, witness

LOG = SampleLog()
SECOND = SampleLog("nhatky-hai.example")


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with witness(tmp_path / "state", [LOG.key.verifying, SECOND.key.verifying]) as one:
        yield one


async def test_a_log_that_grows_is_cosigned_step_by_step(served: Served) -> None:
    known = 0
    for size in (1, 2, 3, 9, 64, 65, 1_000):
        checkpoint = await served.cosigns(LOG.submission(known, size))
        assert checkpoint.witnessed_at(served.key) is not None
        known = size
    assert (await served.status())["logs"][0]["last"]["size"] == 1_000
    assert await served.alarms() == []


async def test_who_does_not_know_where_it_stands_is_told(served: Served) -> None:
    await served.cosigns(LOG.submission(0, 12))
    answer = await served.give(LOG.submission(0, 20))
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (409, "12\n", "text/x.tlog.size")
    await served.cosigns(LOG.submission(12, 20))


async def test_the_same_again_is_cosigned_again_and_kept_once(served: Served) -> None:
    first = await served.cosigns(LOG.submission(0, 12))
    again = await served.cosigns(LOG.submission(12, 12))
    assert first.head == again.head
    assert (await served.status())["logs"][0]["last"]["note"] == str(first.note)


async def test_two_logs_do_not_disturb_each_other(served: Served) -> None:
    await asyncio.gather(*(served.cosigns(log.submission(0, size)) for log, size in ((LOG, 12), (SECOND, 700))))
    assert await served.refuses(SECOND.submission(12, 701)) == (409, "700\n")
    await served.cosigns(LOG.submission(12, 13))
    await served.cosigns(SECOND.submission(700, 701))


async def test_an_unknown_log_and_an_unknown_key(served: Served) -> None:
    assert (await served.refuses(SampleLog("la.example").submission(0, 3)))[0] == 404
    assert (await served.refuses(SampleLog(LOG.origin).submission(0, 3)))[0] == 403
    assert (await served.status())["logs"][0]["last"] is None


async def test_a_body_that_is_none_is_refused(served: Served) -> None:
    bodies = {
        b"": 400,
        b"\xff" * 20: 400,
        b"old 0\n\n": 400,
        b"{}": 400,
        b"x" * MOST_BYTES: 400,
        b"x" * (MOST_BYTES + 1): 413,
    }
    for body, status in bodies.items():
        assert (await served.give(body)).status_code == status
        assert (await served.client.post("/add-key", content=body)).status_code == status


async def test_other_ways_and_places_are_refused(served: Served) -> None:
    assert (await served.client.get("/add-checkpoint")).status_code == 405
    assert (await served.client.get("/../witness.key")).status_code == 404


async def test_of_many_at_once_only_a_line_of_growth_is_cosigned(served: Served) -> None:
    twin = LOG.rewritten()
    sent = [log.submission(0, size) for size in range(1, 9) for log in (LOG, twin)]
    answers = await asyncio.gather(*map(served.give, sent))
    assert [answer.status_code for answer in answers].count(200) == 1, "all but the first claimed an old size of 0"
    known = (await served.status())["logs"][0]["last"]["size"]
    ours = LOG if LOG.checkpoint(known).head.root == last(await served.status()).head.root else twin
    await asyncio.gather(*(served.give(ours.submission(known, known + step)) for step in (3, 1, 2, 0)))
    grown = last(await served.status()).head
    assert grown.size > known
    assert grown == ours.checkpoint(grown.size).head


def last(status: dict[str, list[dict[str, dict[str, str]]]]) -> Checkpoint:
    return Checkpoint.parse(status["logs"][0]["last"]["note"])


async def test_a_fork_is_refused_kept_and_shown(served: Served) -> None:
    await served.cosigns(LOG.submission(0, 12))
    twin = LOG.rewritten()
    assert await served.refuses(twin.submission(12, 12)) == (409, "12\n")
    (kept,) = (served.store.folder / "forks").iterdir()
    first_seen = kept.read_text()
    for _ in range(2):
        assert await served.refuses(twin.submission(12, 12)) == (409, "12\n")
    assert kept.read_text() == first_seen
    assert await served.alarms() == [("fork", 12, False)], "once, however often it is tried"
    evidence = (await served.status())["alarms"][0]
    assert Checkpoint.open(evidence["note"], [LOG.key.verifying]).head == twin.checkpoint(12).head
    assert Checkpoint.open(evidence["against"], [LOG.key.verifying]).head == LOG.checkpoint(12).head
    assert evidence["note"] in first_seen
    assert evidence["against"] in first_seen
    shown = await served.client.get("/")
    assert "rẽ nhánh" in shown.text
    assert evidence["id"] in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    await served.cosigns(LOG.submission(12, 13))


async def test_of_what_others_wrote_below_a_note_nothing_is_kept(served: Served) -> None:
    """Whoever carries a note can add lines, under names of the log, of the witness, and of anybody; they hold nothing."""

    def with_lines(submission: Submission) -> Submission:
        own = served.key
        named = (("ai.example", bytes(4)), (own.name, own.key_id), (LOG.origin, LOG.key.verifying.key_id))
        lines = [Signature(name, key_id, b"x" * 10_000) for name, key_id in named]
        return type(submission)(submission.old, submission.proof, submission.checkpoint.cosigned(lines))

    await served.cosigns(with_lines(LOG.submission(0, 12)))
    assert (await served.refuses(with_lines(LOG.rewritten().submission(12, 12))))[0] == 409
    status = await served.status()
    [alarm], [log, _] = status["alarms"], status["logs"]
    assert alarm["note"] == str(LOG.rewritten().checkpoint(12).note)
    names = [one.name for one in Checkpoint.parse(log["last"]["note"]).note.signatures]
    assert names == [LOG.origin, served.key.name]
    assert alarm["against"] == log["last"]["note"]


async def test_a_proof_that_fails_is_an_alarm_until_the_log_proves_it(served: Served) -> None:
    await served.cosigns(LOG.submission(0, 12))
    genuine = LOG.submission(12, 20)
    garbled = type(genuine)(12, genuine.proof[:-1], genuine.checkpoint)
    assert (await served.refuses(garbled))[0] == 422
    assert await served.alarms() == [("unproven", 20, False)]
    await served.cosigns(genuine)
    assert await served.alarms() == [("unproven", 20, True)], (
        "who spoils a genuine checkpoint on its way proves nothing"
    )


async def test_a_shrunken_log_is_an_alarm_and_an_old_checkpoint_is_none(served: Served) -> None:
    await served.cosigns(LOG.submission(0, 12))
    await served.cosigns(LOG.submission(12, 20))
    assert await served.refuses(LOG.submission(0, 12)) == (409, "20\n")
    assert await served.alarms() == []
    assert await served.refuses(LOG.submission(0, 15)) == (409, "20\n")
    assert await served.alarms() == [("shrunken", 15, False)]


async def test_the_page_before_anything_happened(served: Served) -> None:
    shown = (await served.client.get("/")).text
    assert "Chưa ký xác nhận" in shown
    assert "Không có cảnh báo" in shown
    assert shown.index("Bên làm chứng") < shown.index("witness")


async def test_names_of_logs_cannot_reach_into_the_page(tmp_path: Path) -> None:
    log = SampleLog("<script>alert(1)</script>")
    async with witness(tmp_path, [log.key.verifying]) as one:
        await one.cosigns(log.submission(0, 2))
        await one.refuses(log.rewritten().submission(2, 2))
        assert not re.search("<script", (await one.client.get("/")).text)


async def test_a_rotated_key_is_learned_from_the_one_before(tmp_path: Path) -> None:
    log, old = SampleLog(), None
    async with witness(tmp_path, [log.key.verifying]) as one:
        await one.cosigns(log.submission(0, 5))
        old, log.key = log.key, SigningKey.generate(log.origin)
        assert (await one.refuses(log.submission(5, 9)))[0] == 403
        forged = adoption(log.key, SigningKey.generate(log.origin))
        for statement, status in ((forged, 403), (adoption(log.key), 403), (adoption(log.key, old), 200)):
            assert (await one.client.post("/add-key", content=str(statement))).status_code == status
        stranger = adoption(SigningKey.generate("la.example"))
        assert (await one.client.post("/add-key", content=str(stranger))).status_code == 404
        assert (await one.client.post("/add-key", content=str(adoption(log.key, old)))).status_code == 200
        await one.cosigns(log.submission(5, 9))
    async with witness(tmp_path, [old.verifying]) as again:
        await again.cosigns(log.submission(9, 10))


async def test_two_logs_that_change_keys_at_once_lose_none(tmp_path: Path) -> None:
    store, logs = Store(tmp_path), [SampleLog(), SampleLog("nhatky-hai.example")]
    new = {log.origin: SigningKey.generate(log.origin) for log in logs}
    watching = Witness(store, [log.key.verifying for log in logs])
    statements = [str(adoption(new[log.origin], log.key)) for log in logs]
    assert await asyncio.gather(*map(watching.add_key, statements)) == [None, None]
    assert {one.origin: one.keys[1:] for one in watching.standing()} == {
        origin: (key.verifying,) for origin, key in new.items()
    }
    store.close()


async def test_its_key_is_its_own(served: Served) -> None:
    path = served.store.folder / KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().strip() not in (await served.client.get("/status")).text
