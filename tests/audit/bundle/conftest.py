"""One record for all tests of bundles, and bundles taken of it; what a test alters it alters in a copy of its own."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from audit.bundle.making import Made, Wish, make_bundle
from audit.bundle.selection import NOTHING_WITHHELD, Directives, Positions, Selection, Withholding
from audit.log.adoption import adoption
from audit.log.checkpoint import Checkpoint, cosign
from audit.log.ledger import make_checkpoint
from audit.log.note import COSIGNATURE, SigningKey
from domain.event_values import SYSTEM
from domain.events import Commented
from domain.registries import LogKeyAdopted
from embedded.postgres import EmbeddedPostgres
from storage.log import StoredCheckpoint, put_copy, put_cosignature
from storage.log_keys import enter_key
from storage.pool import Pool, open_pool
from storage.postgres import PostgresEventStore
from storage.store import Commit
from tests.audit.bundle.unpacked import Unpacked
from tests.domain.happenings import acknowledged, progressed
from tests.domain.spec import Happened
from tests.storage.commits import after, begun

LOG = "nhatky.example"
SECRET = "Chỉ người trong cuộc biết điều này"


@dataclass(frozen=True)
class Scene:
    """A record of a few directives under several checkpoints, the first of which a witness has cosigned."""

    pool: Pool
    keys: tuple[SigningKey, SigningKey]
    """The log's first key, and the one that it went over to."""
    witness: SigningKey
    checkpoints: list[StoredCheckpoint]
    directives: list[UUID]

    async def bundle(
        self, selection: Selection, withheld: Withholding = NOTHING_WITHHELD, *, at: int = -1
    ) -> tuple[Made, bytes]:
        """A bundle of this record."""
        out = io.BytesIO()
        wish = Wish(selection, withheld, (("Phạm vi", "thử"),), [self.witness.verifying])
        return await make_bundle(self.pool, wish, self.checkpoints[at], out), out.getvalue()


@pytest.fixture(scope="session")
async def scene(postgres: EmbeddedPostgres, template_database: str) -> AsyncIterator[Scene]:
    """The record."""
    name = f"test_{uuid4().hex[:12]}"
    await _execute(postgres, f'create database "{name}" template "{template_database}" strategy file_copy')
    pool = await open_pool(postgres.url.replace("/dondoc?", f"/{name}?"))
    yield await _scene(pool)
    await pool.close()
    await _execute(postgres, f'drop database "{name}" with (force)')


async def _execute(server: EmbeddedPostgres, statement: str) -> None:
    connection = await asyncpg.connect(server.maintenance_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _scene(pool: Pool) -> Scene:
    first, second = SigningKey.generate(LOG), SigningKey.generate(LOG)
    witness = SigningKey.generate("nhan-chung.example", COSIGNATURE)
    await enter_key(pool, LogKeyAdopted(key=str(first.verifying), statement=str(adoption(first))), SYSTEM)
    directives = await _append(pool, 4)
    small = await make_checkpoint(pool, first)
    line = cosign(Checkpoint.parse(small.note).note.text, witness, datetime(2026, 11, 20, 8, tzinfo=UTC))
    await put_cosignature(pool, small.size, f"{witness.name}+{witness.verifying.id}", str(line).removesuffix("\n"))
    await put_copy(pool, small.size, "dấu thời gian", "MAA=")
    await enter_key(pool, LogKeyAdopted(key=str(second.verifying), statement=str(adoption(second, first))), SYSTEM)
    directives += await _append(pool, 3)
    middle = await make_checkpoint(pool, second)
    directives += await _append(pool, 2)
    return Scene(pool, (first, second), witness, [small, middle, await make_checkpoint(pool, second)], directives)


async def _append(pool: Pool, count: int) -> list[UUID]:
    """So many directives, their events in turns."""
    store = PostgresEventStore(pool)
    standing: list[Commit] = [begun(title=f"Nhiệm vụ <{number}>") for number in range(count)]
    await store.append(standing)
    turns: list[Happened] = [
        acknowledged(),
        progressed(40),
        Happened(Commented(text=SECRET), by="cv-nv"),
        progressed(60),
    ]
    for turn in turns:
        standing = [after(commit, turn) for commit in standing]
        for commit in standing:
            await store.append([commit])
    return [commit.directive_id for commit in standing]


@pytest.fixture(scope="session")
async def whole(scene: Scene) -> Unpacked:
    """All of the record."""
    return Unpacked.of((await scene.bundle(Positions(1, scene.checkpoints[-1].size)))[1])


@pytest.fixture(scope="session")
async def ranged(scene: Scene) -> Unpacked:
    """A range from within the record, its comments withheld."""
    withheld = Withholding(frozenset({"Commented"}), frozenset(), "bí mật công tác")
    return Unpacked.of((await scene.bundle(Positions(9, 33), withheld))[1])


@pytest.fixture(scope="session")
async def chosen(scene: Scene) -> Unpacked:
    """Two directives, a comment of each withheld."""
    withheld = Withholding(frozenset({"Commented"}), frozenset(), "bí mật công tác")
    return Unpacked.of((await scene.bundle(Directives(tuple(scene.directives[1:6:4])), withheld))[1])
