"""Search by words: their beginnings, numbers as they are written, and units by the names that each word may mean."""

from typing import get_args

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.event_values import CitedSource
from domain.policy import SourceKind
from domain.searching import parts_of
from domain.state import Phase
from domain.text import fold
from storage.directives import count, page, pages
from storage.filters import LONGEST_WORD, OPEN_PHASES, DirectiveFilter, Sort, UnfitKey
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.domain.clock import instant
from tests.domain.happenings import acknowledged
from tests.storage.commits import after, begun

NOW = instant(0)
LONG = "x" * 150
SORTS: tuple[Sort, ...] = get_args(Sort)


@pytest.fixture
async def filled(record: PostgresEventStore) -> PostgresEventStore:
    """Directives A to D with what searches look for."""
    source = CitedSource(kind=SourceKind.CONCLUSION_NOTICE, number="12/TB-UBND")
    a = begun(10, code="2026/9001", title="A", content="Giải phóng mặt bằng đường Đê", source=source)
    b = begun(20, code="2026/9002", title="B", content="Hoá đơn điện tử; đạt 100% kế hoạch", coordinating_units=())
    c = begun(
        30, code="2026/9003", title="C", content=f"12 phường, TB {LONG}y", lead_unit="TNMT", coordinating_units=("VP",)
    )
    d = begun(None, code="2026/9004", title="D", content="O'Neil \\ \"và\" 'cộng sự' 1000", lead_unit="P-A")
    await record.append([a, b, c, d, after(b, acknowledged())])
    return record


FOUND: list[tuple[str, dict[str, set[str]], str]] = [
    ("giải phóng", {}, "A"),
    ("phong giai", {}, "A"),
    ("gia pho", {}, "A"),  # the beginnings of words
    ("hong", {}, ""),  # not their middle
    ("hóa", {}, "B"),
    ("ĐƯỜNG đê", {}, "A"),
    ("9002", {}, "B"),
    ("2026/9002", {}, "B"),
    ("2026/9", {}, "ABCD"),
    ("12", {}, "AC"),
    ("12/tb", {}, "A"),  # as it is written, and not wherever the two words are
    ("12/tb-ub", {}, "A"),
    ("12 tb", {}, "AC"),
    ("100%", {}, "B"),
    ("100", {}, "BD"),
    ("%", {}, "B"),
    ("_", {}, ""),
    ("o'neil", {}, "D"),
    ("\\", {}, "D"),
    ("' | 'a':* & !", {}, ""),
    (LONG, {}, "C"),
    (LONG + "y", {}, "C"),
    (LONG + "z", {}, ""),
    ("tnmt", {"tnmt": {"TNMT"}}, "ACD"),  # leads C, coordinates A and D
    ("phuong", {}, "C"),
    ("phuong", {"phuong": {"P-A", "P-B"}}, "CD"),
    ("phuong o'neil", {"phuong": {"P-A"}, "o'neil": {"VP"}}, "CD"),
    ("nv", {"nv": {"NV"}}, "AB"),
    ("nv dat", {"nv": {"NV"}}, "B"),
    ("p-a", {"p-a": {"P-A"}}, "D"),
    ("ubq", {"ubq": {"UBQ"}}, ""),  # in whose name it was issued is no part in it
]


async def test_what_is_found(filled: PostgresEventStore, pool: Pool) -> None:
    for q, named, titles in FOUND:
        wanted = DirectiveFilter(None, q=q, named=named)
        listed = await page(pool, wanted, NOW, sort="code", limit=10)
        assert "".join(state.title for state in listed.items) == titles, (q, named)
        assert listed.total == await count(pool, wanted, NOW) == len(titles), (q, named)


async def test_the_units_that_take_part(filled: PostgresEventStore, pool: Pool) -> None:
    for unit, titles in {"NV": "AB", "TNMT": "ACD", "P-A": "D", "UBQ": "", "x' | '@NV": ""}.items():
        listed = await page(pool, DirectiveFilter(None, involved=unit), NOW, sort="code", limit=10)
        assert "".join(state.title for state in listed.items) == titles, unit


async def test_a_search_goes_with_other_filters_and_pages(filled: PostgresEventStore, pool: Pool) -> None:
    wanted = DirectiveFilter(frozenset({"NV"}), phases=(Phase.ISSUED, Phase.IN_PROGRESS), q="2026")
    visited = [[s.title for s in states] async for states in pages(pool, wanted, NOW, sort="-title", size=1)]
    assert visited == [["B"], ["A"]]


async def test_a_key_that_is_none_is_told_so(pool: Pool) -> None:
    keys = (("x", "x"), ("2026-03-02T02:00:00Z", "5"), ("yesterday", "5"))
    for sort in SORTS:
        for key in keys:
            with pytest.raises(UnfitKey):
                await page(pool, DirectiveFilter(None), NOW, sort=sort, limit=1, after=key)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=300))
async def test_the_record_parts_words_as_the_program_does(pool: Pool, text: str) -> None:
    folded = fold(text)
    words = await pool.fetchval("select tsvector_to_array(words_of($1))", folded)
    assert sorted(words) == sorted({part[:LONGEST_WORD] for word in folded.split(" ") for part in parts_of(word)})


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The plans of what is asked for, in which nothing is sorted and no table scanned where an index can serve."""
    plans: list[str] = []

    async def explain(self: asyncpg.Connection, query: str, *args: object) -> list[object]:
        await self.execute("set enable_seqscan = off")
        await self.execute("set enable_sort = off")
        plans.extend(row[0] for row in await fetch(self, "explain " + query, *args))
        return []

    fetch = asyncpg.Connection.fetch
    monkeypatch.setattr(asyncpg.Connection, "fetch", explain)
    return plans


async def test_an_index_serves_each_order(pool: Pool, explained: list[str]) -> None:
    key = ("2026-03-02T02:00:00Z", "00000000-0000-0000-0000-000000000000")
    for sort in SORTS:
        explained.clear()
        await page(pool, DirectiveFilter(None), NOW, sort=sort, limit=1, after=key)
        assert any("directives_in_order_of" in line and "Index" in line for line in explained), explained
        assert any("Index Cond" in line for line in explained), explained


async def test_what_is_open_is_not_looked_for_among_all_that_ended(
    database_url: str, pool: Pool, explained: list[str]
) -> None:
    owner = await asyncpg.connect(database_url)
    await owner.execute("drop index directives_in_order_of_due")  # that of all would do for so few
    await owner.close()
    await page(pool, DirectiveFilter(None, phases=OPEN_PHASES), NOW, sort="due_at", limit=1)
    assert any("directives_open_in_order_of_due" in line for line in explained), explained


async def test_no_index_looks_at_what_every_command_changes(pool: Pool) -> None:
    """Or each command would write all the indexes anew, those over words among them."""
    rows = await pool.fetch(
        """select distinct a.attname from pg_index i
           join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
                           and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid
           join pg_attribute a on a.attrelid = i.indrelid and a.attnum = d.refobjsubid
           where i.indrelid = 'directives'::regclass"""
    )
    looked_at = {row["attname"] for row in rows}
    assert looked_at >= {"words", "involved", "due_at", "closed"}
    assert looked_at.isdisjoint(
        {"state", "phase", "version", "last_position", "officer", "awaits", "due_soon_from", "overdue_from"}
    )
