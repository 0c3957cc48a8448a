"""Whatever is done to a record is found, up to the last checkpoint that left the house; and nothing where nothing was done.

A sample runs with the suite; `make tamper` runs 10,000 tamperings and 1,000 clean runs.
"""

import os
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from audit.log.checkpoint import Checkpoint, cosign
from audit.log.keys import KeyFolder
from audit.log.ledger import make_checkpoint
from audit.log.note import COSIGNATURE, Signature, SigningKey
from audit.log.signing import rotate, signing_key
from audit.verify import record
from audit.verify.findings import Kind
from audit.verify.record import Trust, verify, verify_on
from audit.verify.statements import Statement
from console.filling import fill
from domain.event_values import SYSTEM, Actor
from domain.reading import Door, Opened
from domain.registries import Registry
from simulation.behaviour import Behaviour
from simulation.run import Plan, month_of, period
from storage.envelope import leaf_hash
from storage.pool import Pool
from storage.read_seals import seal_reads
from storage.reads import note_read
from storage.reference import ReferenceCache
from tests.audit.log.growing import grow
from tests.audit.places.authority import Authority
from tests.audit.verify.tamperings import (
    TAMPERINGS,
    Scene,
    Tampering,
    a_checkpoint_altered,
    a_column_altered,
    a_read_model_altered,
    a_row_removed,
    a_sealed_read_altered,
    the_whole_chain_rewritten,
)

ROUNDS = int(os.environ.get("DONDOC_TAMPERINGS", "20"))
"""Random tamperings of each kind."""
CLEAN_RUNS = int(os.environ.get("DONDOC_CLEAN_RUNS", "25"))


async def simulated(pool: Pool, directives: int, seed: int) -> None:
    """Some directives with all that happens to them."""
    start, end = period(month_of("2026-02"), 1)
    reference = await ReferenceCache(pool).current()
    await fill(pool, Plan(directives, start, end, seed, Behaviour(), reference.facts(end)), reference.version)


@pytest.fixture
async def key(pool: Pool, tmp_path: Path) -> SigningKey:
    await simulated(pool, 8, seed=3)
    for _ in range(3):
        reader = Actor(user="kiem-tra", name="Kiểm tra viên")
        await note_read(pool, reader, Door.API, Opened.DIRECTIVE, subject=uuid4(), version=1)
    await seal_reads(pool, older=timedelta(0))
    return await signing_key(pool, KeyFolder(tmp_path), SYSTEM, "nhatky.example")


@pytest.fixture
async def outside(pool: Pool, key: SigningKey) -> tuple[int, Trust]:
    """The size that is signed, and what an auditor has who got the checkpoint in time; the record has grown since."""
    made = await make_checkpoint(pool, key)
    await grow(pool, 3)
    return made.size, Trust(keys=[key.verifying], statements=[Statement("kept elsewhere", made.note)])


@pytest.fixture
async def superuser(database_url: str, outside: object) -> AsyncIterator[Any]:
    """A connection that no trigger stops, set up after the record is."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("set session_replication_role = replica")
    yield connection
    await connection.close()


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.__name__)
async def test_what_was_done_to_the_record_is_found(
    superuser: Any, outside: tuple[int, Trust], key: SigningKey, tampering: Tampering
) -> None:
    signed, trust = outside
    for number in range(ROUNDS):
        draw = random.Random(f"{tampering.__name__} {number}")
        transaction = superuser.transaction()
        await transaction.start()
        await tampering(Scene(superuser, draw, signed, key))
        verdict = await verify_on(superuser, trust)
        assert verdict.findings, f"{tampering.__name__}, round {number}: nothing was found"
        assert verdict.findings == sorted(verdict.findings)
        await transaction.rollback()
    assert (await _verified(superuser, trust)).sound, "undone, nothing is left of it"


async def _verified(connection: Any, trust: Trust) -> Any:
    async with connection.transaction():
        return await verify_on(connection, trust)


async def test_only_a_checkpoint_from_outside_shows_that_the_whole_chain_was_rewritten(
    superuser: Any, outside: tuple[int, Trust], key: SigningKey
) -> None:
    signed, trust = outside
    transaction = superuser.transaction()
    await transaction.start()
    await the_whole_chain_rewritten(Scene(superuser, random.Random(1), signed, key))
    assert (await verify_on(superuser, Trust(keys=trust.keys))).sound, "by itself the forged record is whole"
    [finding] = (await verify_on(superuser, trust)).findings
    assert finding.kind is Kind.CHECKPOINT
    assert finding.position == signed
    await transaction.rollback()


async def test_keys_that_are_not_the_logs_verify_nothing(superuser: Any, outside: tuple[int, Trust]) -> None:
    other = Trust(keys=[SigningKey.generate("nhatky.example").verifying], statements=outside[1].statements)
    assert {finding.kind for finding in (await _verified(superuser, other)).findings} == {Kind.CHECKPOINT}


async def test_a_clean_record_raises_no_alarm(pool: Pool, database_url: str, tmp_path: Path) -> None:
    """Whatever offices do: more events, checkpoints, other keys, notices that are read."""
    await simulated(pool, 3, seed=11)
    keys, draw = KeyFolder(tmp_path), random.Random(5)
    connection, statements = await asyncpg.connect(database_url), list[Statement]()
    first = await signing_key(pool, keys, SYSTEM)
    for run in range(CLEAN_RUNS):
        match draw.randrange(5):
            case 0 | 1:
                await grow(pool, draw.randint(1, 9))
            case 2:
                note = (await make_checkpoint(pool, await signing_key(pool, keys, SYSTEM))).note
                statements.append(Statement(f"run {run}", note))
            case 3:
                await pool.execute("update notices set read_at = now() where read_at is null and random() < 0.5")
            case _ if run % 5 == 0:
                await rotate(pool, keys, SYSTEM)
        trust = Trust(keys=[first.verifying], statements=statements[-20:])
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            verdict = await verify_on(connection, trust)
        assert verdict.findings == [], f"run {run}"
    await connection.close()


async def test_the_record_s_own_checkpoints_are_looked_at_too(
    superuser: Any, outside: tuple[int, Trust], key: SigningKey
) -> None:
    signed, trust = outside
    async with superuser.transaction():
        await a_checkpoint_altered(Scene(superuser, random.Random(2), signed, key))
        assert (await verify_on(superuser, Trust(keys=trust.keys))).findings


async def test_a_row_that_is_no_object_is_a_finding_like_any_other(superuser: Any, outside: tuple[int, Trust]) -> None:
    for number, written in enumerate((b"5", b"null", b"[]", b'{"data":7}', b"[" * 100_000, b"\xff")):
        transaction = superuser.transaction()
        await transaction.start()
        await superuser.execute("update events set canonical = $1 where global_position = $2", written, number + 1)
        assert (await verify_on(superuser, outside[1])).findings[0].position == number + 1
        await transaction.rollback()


async def test_bytes_that_nobody_has_signed_yet_must_be_canonical(superuser: Any, outside: tuple[int, Trust]) -> None:
    last = await superuser.fetchrow("select global_position, canonical from events order by 1 desc limit 1")
    for written in (last["canonical"] + b"\n", last["canonical"].replace(b'":', b'": ', 1)):
        transaction = superuser.transaction()
        await transaction.start()
        await superuser.execute(
            "update events set canonical = $1, leaf_hash = $2 where global_position = $3",
            written,
            leaf_hash(written),
            last["global_position"],
        )
        [finding] = (await verify_on(superuser, outside[1])).findings
        assert (finding.position, finding.kind) == (last["global_position"], Kind.BYTES)
        await transaction.rollback()


async def test_a_directive_under_the_id_of_a_registry_is_found(superuser: Any, outside: tuple[int, Trust]) -> None:
    async with superuser.transaction():
        await superuser.execute(
            "update directives set directive_id = $1 where ctid = (select ctid from directives limit 1)",
            Registry.KEYS.stream_id,
        )
        told = " ".join(one.what for one in (await verify_on(superuser, outside[1])).findings)
        assert f"{Registry.KEYS.stream_id} is no directive with events" in told


async def test_the_newest_key_is_enough(superuser: Any, pool: Pool, outside: tuple[int, Trust], tmp_path: Path) -> None:
    new = await rotate(pool, KeyFolder(tmp_path), SYSTEM)
    await make_checkpoint(pool, new)
    verdict = await _verified(superuser, Trust(keys=[new.verifying], statements=outside[1].statements))
    assert verdict.sound, verdict.findings
    assert verdict.covered > outside[0]


async def test_a_witness_that_is_named_must_have_signed(
    superuser: Any, pool: Pool, outside: tuple[int, Trust], key: SigningKey
) -> None:
    signed, trust = outside
    witness, at = SigningKey.generate("nhanchung.example", COSIGNATURE), datetime(2026, 11, 25, tzinfo=UTC)
    asked = Trust(keys=trust.keys, witnesses=[witness.verifying], statements=trust.statements)
    [missing] = (await _verified(superuser, asked)).findings
    assert (missing.kind, "has signed no checkpoint" in missing.what) == (Kind.COSIGNATURE, True)
    checkpoint = Checkpoint.parse(trust.statements[0].note)
    line = cosign(checkpoint.note.text, witness, at)
    kept = Statement("kept elsewhere", str(checkpoint.cosigned([line]).note))
    verdict = await _verified(superuser, Trust(keys=trust.keys, witnesses=[witness.verifying], statements=[kept]))
    assert verdict.sound, verdict.findings
    assert [*verdict.witnessed.values()] == [signed]
    forged = Signature(line.name, line.key_id, bytes(72))
    kept = Statement("kept elsewhere", str(checkpoint.cosigned([forged]).note))
    verdict = await _verified(superuser, Trust(keys=trust.keys, witnesses=[witness.verifying], statements=[kept]))
    assert {one.kind for one in verdict.findings} == {Kind.COSIGNATURE}


async def test_several_processes_find_what_one_finds(
    superuser: Any,
    outside: tuple[int, Trust],
    key: SigningKey,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed, trust = outside
    monkeypatch.setattr(record, "SMALL", 0)
    told = list[int]()
    assert (await verify(database_url, trust, told.append)).sound
    assert told == sorted({*told})
    assert told[-1] == record.STEPS
    done = (a_column_altered, a_read_model_altered, a_checkpoint_altered, a_sealed_read_altered, a_row_removed)
    for number, tampering in enumerate(done):
        await tampering(Scene(superuser, random.Random(number), signed, key))
    authority = Authority()
    trust = replace(trust, authorities=[authority.root])
    await superuser.execute("insert into checkpoint_copies select size, $1, $2 from checkpoints", "tsa+a", "MAA=")
    genuine = "insert into checkpoint_copies select size, $1, $2 from checkpoints where size = $3"
    note = await superuser.fetchval("select note from checkpoints where size = $1", signed)
    await superuser.execute(genuine, "tsa+b", authority.receipt(note), signed)
    apart, together = await verify(database_url, trust), await _verified(superuser, trust)
    assert apart == together
    assert apart.stamps.held == 1
    assert Kind.TIME_STAMP in {finding.kind for finding in apart.findings}
    assert len({finding.kind for finding in apart.findings}) > 4
