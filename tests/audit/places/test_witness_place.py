"""Checkpoints cosigned by witnesses: as they grow, after either side was away, and when one of the two was rewritten."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from audit.log.checkpoint import Checkpoint, cosign
from audit.log.keys import KeyFolder
from audit.log.ledger import make_checkpoint, with_cosignatures
from audit.log.note import COSIGNATURE, SigningKey
from audit.log.signing import rotate, signing_key
from audit.places.delivery import deliver
from audit.places.place import PlaceAway, PlaceContradicts, PlaceRefused
from audit.places.witness import WitnessPlace
from audit.witness.rules import Known, Refused, judge
from audit.witness.submission import Submission
from domain.event_values import SYSTEM
from embedded.temporal import free_port
from storage.log import copies_of, cosignatures_of, last_contradictions
from storage.pool import Pool
from tests.audit.log.growing import grow
from tests.audit.places.records import KEY, grown, rewritten
from tests.audit.superuser import as_superuser
from tests.audit.witness.serving import Served, listening, witness

OTHER = SigningKey.generate("khac.example", COSIGNATURE)


def place_of(served: Served) -> WitnessPlace:
    return WitnessPlace(f"{served.url}#{served.key}")


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with witness(tmp_path / "witness", [KEY.verifying]) as one:
        yield one


async def known_size(served: Served) -> int:
    last = (await served.status())["logs"][0]["last"]
    return int(last["size"]) if last else 0


async def test_each_checkpoint_is_cosigned_and_the_cosignature_kept(served: Served, pool: Pool) -> None:
    for events in (3, 300, 1):
        made = await grown(pool, events)
        await deliver(pool, place_of(served), made.size)
        cosigned = await with_cosignatures(pool, made)
        assert cosigned.witnessed_at(served.key) is not None
        assert [copy.place for copy in await copies_of(pool, made.size)] == [place_of(served).name]
    assert await known_size(served) == 304
    assert await served.alarms() == []


async def test_what_was_cosigned_and_not_noted_is_cosigned_again(served: Served, pool: Pool, database_url: str) -> None:
    first, second = await grown(pool, 3), await grown(pool, 4)
    await deliver(pool, place_of(served), second.size)
    await as_superuser(database_url, "truncate checkpoint_copies, cosignatures")
    await deliver(pool, place_of(served), second.size)
    assert len(await cosignatures_of(pool, [second.size])) == 1
    await as_superuser(database_url, "truncate checkpoint_copies, cosignatures")
    third = await grown(pool, 5)
    await deliver(pool, place_of(served), third.size)
    assert await known_size(served) == third.size
    assert await cosignatures_of(pool, [first.size]) == []
    assert await served.alarms() == []


async def test_a_rewritten_record_is_refused_and_shouted_about(tmp_path: Path, pool: Pool, database_url: str) -> None:
    before, kinds = await grown(pool, 7), {4: "shrunken", 7: "fork", 9: "unproven"}
    async with AsyncExitStack() as running:
        witnesses = {
            events: await running.enter_async_context(witness(tmp_path / kind, [KEY.verifying]))
            for events, kind in kinds.items()
        }
        for served in witnesses.values():
            await deliver(pool, place_of(served), before.size)
        for events, served in witnesses.items():
            after = await rewritten(pool, database_url, events)
            with pytest.raises(PlaceContradicts):
                await deliver(pool, place_of(served), after.size)
            assert await served.alarms() == [(kinds[events], events, False)]
            assert [told.place for told in await last_contradictions(pool)] == [place_of(served).name]
            assert await cosignatures_of(pool, [after.size]) == []
            assert await copies_of(pool, after.size) == []


async def test_what_is_no_longer_the_last_one_is_not_sent(served: Served, pool: Pool) -> None:
    first, second = await grown(pool, 3), await grown(pool, 4)
    await deliver(pool, place_of(served), first.size)
    assert await known_size(served) == 0, "late, it would look to a witness like a log that shrank"
    await deliver(pool, place_of(served), second.size)
    assert await known_size(served) == 7
    assert await served.alarms() == []


async def test_a_witness_whose_state_was_set_back_is_found_out(served: Served, pool: Pool, tmp_path: Path) -> None:
    await deliver(pool, place_of(served), (await grown(pool, 3)).size)
    await deliver(pool, place_of(served), (await grown(pool, 4)).size)
    served.store._database.execute("delete from cosigned where size = 7")
    after = await grown(pool, 5)
    for _ in range(2):
        with pytest.raises(PlaceContradicts, match="state was set back"):
            await deliver(pool, place_of(served), after.size)
    assert await served.alarms() == [("forgotten", 7, False)]
    assert await known_size(served) == 3


async def test_a_rotated_key_is_told_to_the_witness(pool: Pool, tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    first = await signing_key(pool, keys, SYSTEM, "nhatky.example")
    async with witness(tmp_path / "witness", [first.verifying]) as served:
        await deliver(pool, place_of(served), (await make_checkpoint(pool, first)).size)
        second = await rotate(pool, keys, SYSTEM)
        third = await rotate(pool, keys, SYSTEM)
        made = await make_checkpoint(pool, third)
        await deliver(pool, place_of(served), made.size)
        assert (await with_cosignatures(pool, made)).witnessed_at(served.key) is not None
        keys_known = (await served.status())["logs"][0]["keys"]
        assert keys_known == [str(key.verifying) for key in (first, second, third)]


async def test_a_witness_that_does_not_know_the_log_is_for_people_to_settle(tmp_path: Path, pool: Pool) -> None:
    made = await grown(pool, 3)
    async with witness(tmp_path, [OTHER.verifying]) as served:
        with pytest.raises(PlaceRefused, match=r"404 .* must be given the key of this log"):
            await deliver(pool, place_of(served), made.size)
    async with witness(tmp_path / "b", [SigningKey.generate(KEY.name).verifying]) as served:
        with pytest.raises(PlaceRefused, match=r"403 .* must be given the key of this log"):
            await deliver(pool, place_of(served), made.size)


async def test_a_witness_that_signs_with_another_key_is_refused(served: Served, pool: Pool) -> None:
    made = await grown(pool, 3)
    with pytest.raises(PlaceRefused, match="signs with another key"):
        await deliver(pool, WitnessPlace(f"{served.url}#{OTHER.verifying}"), made.size)
    assert await cosignatures_of(pool, [made.size]) == []


class Stranger:
    """A witness by somebody else. It answers what it is told to, or else as the protocol says, knowing only `last`."""

    def __init__(self, answer: Response | None = None, last: Checkpoint | None = None) -> None:
        self.answer = answer
        self.last = last
        self.before_answering: Callable[[], Awaitable[object]] | None = None

    @asynccontextmanager
    async def served(self) -> AsyncIterator[WitnessPlace]:
        application = Starlette(routes=[Route("/ngoai/add-checkpoint", self.respond, methods=["POST"])])
        async with listening(application) as url:
            yield WitnessPlace(f"{url}/ngoai/#{OTHER.verifying}")

    async def respond(self, request: Request) -> Response:
        submission = Submission.parse(await request.body())
        if self.before_answering:
            await self.before_answering()
        if self.answer is not None:
            return self.answer
        known = Known((KEY.verifying,), self.last, None)
        told = judge(submission, known, SigningKey.generate("x.example", COSIGNATURE).verifying)
        if isinstance(told, Refused):
            return PlainTextResponse(f"{told.size}\n", told.status)
        self.last = submission.checkpoint
        return PlainTextResponse(str(cosign(submission.checkpoint.note.text, OTHER, datetime.now(UTC))))


async def test_another_witness_that_was_set_back_is_reminded_and_goes_on(pool: Pool) -> None:
    stranger = Stranger()
    async with stranger.served() as place:
        await deliver(pool, place, (await grown(pool, 3)).size)
        earlier = stranger.last
        await deliver(pool, place, (await grown(pool, 4)).size)
        stranger.last = earlier
        made = await grown(pool, 5)
        await deliver(pool, place, made.size)
        assert stranger.last is not None
        assert stranger.last.head.size == made.size


async def test_a_witness_that_others_took_further_meanwhile_is_left_alone(pool: Pool) -> None:
    made, stranger = await grown(pool, 3), Stranger(PlainTextResponse("7\n", 409))
    async with stranger.served() as place:
        stranger.before_answering = lambda: grown(pool, 4)
        await deliver(pool, place, made.size)
    assert await copies_of(pool, made.size) == []
    assert await last_contradictions(pool) == []


LINE = str(cosign("khac.example\n3\nAAAA\n", OTHER, datetime.now(UTC)))
ANSWERS = [
    (PlainTextResponse(LINE), PlaceRefused, "does not hold"),
    (PlainTextResponse(LINE.replace("khac", "la")), PlaceRefused, "another key"),
    (PlainTextResponse(""), PlaceRefused, "does not hold"),
    (Response(b"\xff\xfe"), PlaceRefused, "does not hold"),
    (PlainTextResponse("nhiều\n", 409), PlaceRefused, "409 without a size"),
    (PlainTextResponse("-1\n", 409), PlaceRefused, "409 without a size"),
    (PlainTextResponse("²\n", 409), PlaceRefused, "409 without a size"),
    (PlainTextResponse("0\n", 409), PlaceContradicts, "it refuses"),
    (PlainTextResponse("9\n", 409), PlaceContradicts, "knows 9 events"),
    (PlainTextResponse("", 422), PlaceContradicts, "does not go on"),
    (PlainTextResponse("", 400), PlaceRefused, "400"),
    (PlainTextResponse("", 503), PlaceAway, "503"),
    (PlainTextResponse("", 429), PlaceAway, "429"),
    (Response(status_code=302, headers={"Location": "http://127.0.0.1/"}), PlaceRefused, "302"),
    (Response(b"x" * 300_000), PlaceAway, "longer than"),
]


async def test_answers_that_help_nobody_are_told_apart(pool: Pool) -> None:
    made = await grown(pool, 3)
    stranger = Stranger()
    async with stranger.served() as place:
        for answer, failure, reason in ANSWERS:
            stranger.answer = answer
            with pytest.raises(failure, match=reason):
                await deliver(pool, place, made.size)
    assert await cosignatures_of(pool, [made.size]) == []
    assert await copies_of(pool, made.size) == []


async def test_a_whole_life_of_a_log_and_two_witnesses(tmp_path: Path, pool: Pool, database_url: str) -> None:
    port = free_port()
    async with witness(tmp_path / "one", [KEY.verifying]) as one:
        async with witness(tmp_path / "two", [KEY.verifying], port=port) as two:
            first, second = place_of(one), place_of(two)
            for _ in range(3):
                made = await grown(pool, 50)
                for place in (first, second):
                    await deliver(pool, place, made.size)
                checkpoint = await with_cosignatures(pool, made)
                assert None not in (checkpoint.witnessed_at(one.key), checkpoint.witnessed_at(two.key))
        for _ in range(2):
            made = await grown(pool, 50)
            await deliver(pool, first, made.size)
            with pytest.raises(PlaceAway):
                await deliver(pool, second, made.size)
        async with witness(tmp_path / "two", [KEY.verifying], port=port) as two:
            await deliver(pool, second, made.size)
            assert await known_size(two) == made.size == 250
            forged = await rewritten(pool, database_url, 400)
            for place, served in ((first, one), (second, two)):
                with pytest.raises(PlaceContradicts):
                    await deliver(pool, place, forged.size)
                assert await served.alarms() == [("unproven", 400, False)]
                assert await known_size(served) == 250
    assert await cosignatures_of(pool, [forged.size]) == []


async def test_growth_of_the_record_between_checkpoints_does_not_matter(served: Served, pool: Pool) -> None:
    made = await grown(pool, 3)
    await grow(pool, 5)
    await deliver(pool, place_of(served), made.size)
    assert await known_size(served) == 3
