"""Named queries: each is used, each has a line that says what it gives, and the real database understands each."""

import re
from pathlib import Path

import pytest

from storage.pool import Pool
from storage.queries import _all, sql

PROGRAM = ("activities", "api", "audit", "console", "embedded", "reports", "storage", "workflows")


def used(repo: Path) -> set[str]:
    """The names that the program asks for."""
    files = [file for folder in PROGRAM for file in (repo / folder).rglob("*.py")]
    return {name for file in files for name in re.findall(r'\bsql\("(\w+)"\)', file.read_text(encoding="utf-8"))}


def test_every_query_is_used_and_every_used_query_exists(repo: Path) -> None:
    assert used(repo) == _all().keys()


@pytest.mark.parametrize("name", _all())
def test_every_query_says_what_it_gives(name: str) -> None:
    first, *rest = sql(name).splitlines()
    assert re.fullmatch(r"-- \S.{10,}[.;,:].*|-- \S.{10,}\.", first), first
    assert any(not line.startswith("--") for line in rest)


async def test_the_database_prepares_every_query(pool: Pool) -> None:
    async with pool.acquire() as connection:
        for name, text in _all().items():
            prepared = await connection.prepare(text)
            assert len(prepared.get_parameters()) == len(set(re.findall(r"\$\d+", text))), name


def test_an_unknown_query_is_an_error() -> None:
    with pytest.raises(KeyError):
        sql("no_such_query")
