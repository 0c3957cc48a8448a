"""A record with every type of event, exported once in each format for all tests that only look."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from audit.exporting.export import Exported, Format, export
from audit.exporting.source import Selection
from domain.events import Commented
from embedded.postgres import EmbeddedPostgres
from storage.log import head_position
from storage.pool import Pool, open_pool
from tests.audit.exporting.histories import AWKWARD, every_type, family, write
from tests.domain.spec import Happened
from tests.storage.commits import after, begun
from tests.support.pm4py import asked


@dataclass(frozen=True)
class Exports:
    """The record, and its exports by format."""

    pool: Pool
    files: dict[Format, Path]
    made: dict[Format, Exported]


SUFFIXES = {Format.XES: ".xes", Format.OCEL_JSON: ".json", Format.OCEL_SQLITE: ".sqlite"}


@pytest.fixture(scope="session")
async def record_pool(postgres: EmbeddedPostgres, template_database: str) -> AsyncIterator[Pool]:
    """A record that tests share which only look."""
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgres.maintenance_url)
    await admin.execute(f'create database "{name}" template "{template_database}" strategy file_copy')
    pool = await open_pool(postgres.url.replace("/dondoc?", f"/{name}?"))
    yield pool
    await pool.close()
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.fixture(scope="session")
async def exports(record_pool: Pool, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """Every type of event, a family of directives, and a remark with characters that formats have trouble with."""
    await write(record_pool, every_type())
    await write(record_pool, family())
    first = begun(code="2020/0021")
    await write(record_pool, iter([first, after(first, Happened(Commented(text=AWKWARD), by="tp-nv", at=3))]))
    selection = Selection(await head_position(record_pool))
    folder = tmp_path_factory.mktemp("exports")
    files = {form: folder / f"record{suffix}" for form, suffix in SUFFIXES.items()}
    made = {form: await export(record_pool, selection, form, file) for form, file in files.items()}
    return Exports(record_pool, files, made)


@pytest.fixture(scope="session")
def mined(exports: Exports) -> dict[Format, Any]:
    """What pm4py reads from them."""
    answer = asked(Path(__file__).with_name("mining.py"), *exports.files.values())
    return {form: answer[file.name] for form, file in exports.files.items()}
