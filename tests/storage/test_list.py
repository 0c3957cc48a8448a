"""The list of directives: filters, orders, and pages that neither miss nor repeat while others are issued."""

from collections.abc import Callable
from typing import get_args
from uuid import UUID

import pytest

from domain.event_values import CitedSource
from domain.policy import SourceKind
from domain.state import DirectiveState, Phase
from domain.text import fold
from storage.directives import DirectiveFilter, Sort, children_of, page
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.domain.clock import instant
from tests.domain.happenings import acknowledged, withdrawn
from tests.storage.commits import after, begun

EVERYTHING = DirectiveFilter(visible=None)
NOW = instant(0)
PARENT = UUID(int=1)


async def some(record: PostgresEventStore, count: int = 23) -> list[DirectiveState]:
    """Directives with deadlines and titles that repeat, some without a deadline."""
    titles = ("Rà soát hồ sơ", "rà soát hồ sơ", "Đo đạc lại", "Báo cáo tuần", "Ánh sáng đô thị")
    commits = [begun(None if n % 4 == 3 else 10 + n % 5, at=n // 3, title=titles[n % 5]) for n in range(count)]
    await record.append(commits)
    return [commit.state for commit in commits]


@pytest.mark.parametrize("sort", get_args(Sort))
async def test_pages_visit_each_directive_once_while_others_are_issued(
    record: PostgresEventStore, pool: Pool, sort: Sort
) -> None:
    there = await some(record)
    seen: list[UUID] = []
    key, total = None, 0
    for _ in range(20):
        turn = await page(pool, EVERYTHING, NOW, sort=sort, limit=4, after=key)
        assert len(turn.items) <= 4
        assert turn.total >= total
        seen += [state.id for state in turn.items]
        key, total = turn.next_key, turn.total
        if key is None:
            break
        await record.append([begun(None if len(seen) % 8 else 12, at=2, title="Đo đạc lại")])
    assert key is None, "the list did not end"
    assert len(seen) == len(set(seen))
    assert {state.id for state in there} <= set(seen)


ENDS: dict[str, str] = {"code": "zzz", "-code": "", "title": "zzz", "-title": ""}
FIRST_ID, LAST_ID = str(UUID(int=0)), str(UUID(int=2**128 - 1))


@pytest.mark.parametrize("sort", get_args(Sort))
async def test_what_a_search_finds_comes_in_the_same_order_and_is_counted_whole(
    record: PostgresEventStore, pool: Pool, sort: Sort
) -> None:
    await some(record)
    there = [one.id for one in (await page(pool, EVERYTHING, NOW, sort=sort, limit=100)).items]
    searched = DirectiveFilter(visible=None, q="ho so")  # which the content of all of them has
    seen: list[UUID] = []
    key = None
    while not seen or key is not None:
        turn = await page(pool, searched, NOW, sort=sort, limit=3, after=key)
        assert turn.total == len(there)
        seen += [state.id for state in turn.items]
        key = turn.next_key
    assert seen == there
    backwards = sort.startswith("-")
    end = ENDS.get(sort, "-infinity" if backwards else "infinity"), FIRST_ID if backwards else LAST_ID
    beyond = await page(pool, searched, NOW, sort=sort, limit=3, after=end)
    assert (beyond.items, beyond.next_key, beyond.total) == ([], None, len(there))
    nothing = await page(pool, DirectiveFilter(visible=None, q="khong co"), NOW, sort=sort, limit=3)
    assert (nothing.items, nothing.next_key, nothing.total) == ([], None, 0)


def _due(state: DirectiveState) -> float:
    return state.due_at.timestamp() if state.due_at else 0


ORDERS: dict[str, Callable[[DirectiveState], float | str]] = {
    "code": lambda state: state.code,
    "issued_at": lambda state: state.issued_at.timestamp(),
    "due_at": _due,
    "title": lambda state: fold(state.title),
}


@pytest.mark.parametrize("sort", get_args(Sort))
async def test_the_order_is_the_one_asked_for(record: PostgresEventStore, pool: Pool, sort: Sort) -> None:
    key, descending = ORDERS[sort.removeprefix("-")], sort.startswith("-")
    expected = sorted(await some(record), key=lambda state: (key(state), str(state.id)), reverse=descending)
    if sort.endswith("due_at"):
        expected.sort(key=lambda state: state.due_at is None)  # those without a deadline come last either way
    assert (await page(pool, EVERYTHING, NOW, sort=sort, limit=100)).items == expected


async def test_numbers_are_in_order_past_four_digits(record: PostgresEventStore, pool: Pool) -> None:
    codes = ["2025/9999", "2025/10000", "2025/10001", "2026/0001", "2026/9999", "2026/10000"]
    await record.append([begun(code=code) for code in codes[::-1]])
    listed = await page(pool, EVERYTHING, NOW, sort="code", limit=4)
    rest = await page(pool, EVERYTHING, NOW, sort="code", limit=4, after=listed.next_key)
    assert [state.code for state in (*listed.items, *rest.items)] == codes


async def test_children_are_in_order_of_their_numbers(record: PostgresEventStore, pool: Pool) -> None:
    older, newer = begun(code="2026/9999", parent=PARENT), begun(code="2026/10000", parent=PARENT, at=1)
    await record.append([newer, older, begun()])
    both = [older.directive_id, newer.directive_id]
    assert await children_of(pool, [PARENT, older.directive_id]) == {PARENT: both, older.directive_id: []}
    assert await children_of(pool, [PARENT], by=instant(0)) == {PARENT: both[:1]}


@pytest.mark.parametrize(("count", "pages"), [(0, [0]), (4, [4]), (5, [4, 1]), (8, [4, 4])])
async def test_the_last_page_says_that_it_is_the_last(
    record: PostgresEventStore, pool: Pool, count: int, pages: list[int]
) -> None:
    await some(record, count)
    key, sizes = None, list[int]()
    while len(sizes) < 5:
        turn = await page(pool, EVERYTHING, NOW, sort="due_at", limit=4, after=key)
        assert turn.total == count
        sizes.append(len(turn.items))
        key = turn.next_key
        if key is None:
            break
    assert sizes == pages


FILTERS: dict[str, tuple[DirectiveFilter, set[str]]] = {
    "all": (EVERYTHING, {"A", "B", "C", "D"}),
    "nobody's units": (DirectiveFilter(visible=frozenset()), set()),
    "an informed unit": (DirectiveFilter(visible=frozenset({"P-B"})), {"B"}),
    "a coordinating unit": (DirectiveFilter(visible=frozenset({"VP", "P-B"})), {"B", "C"}),
    "the issuer's unit": (DirectiveFilter(visible=frozenset({"UBQ"})), {"A", "B", "C", "D"}),
    "phase": (DirectiveFilter(None, phases=(Phase.IN_PROGRESS,)), {"B"}),
    "phases": (DirectiveFilter(None, phases=(Phase.IN_PROGRESS, Phase.WITHDRAWN)), {"B", "C"}),
    "lead unit": (DirectiveFilter(None, unit="TNMT"), {"C"}),
    "issuer": (DirectiveFilter(None, issuer="chu-tich"), {"A", "B", "C", "D"}),
    "another issuer": (DirectiveFilter(None, issuer="pct"), set()),
    "source": (DirectiveFilter(None, source="12/TB-UBND"), {"A"}),
    "part of a source": (DirectiveFilter(None, source="12/TB"), set()),
    "parent": (DirectiveFilter(None, parent=PARENT), {"D"}),
    "due from, inclusive": (DirectiveFilter(None, due_from=instant(20)), {"B", "C"}),
    "due to, exclusive": (DirectiveFilter(None, due_to=instant(20)), {"A"}),
    "due within": (DirectiveFilter(None, due_from=instant(10), due_to=instant(21)), {"A", "B"}),
    "words without accents": (DirectiveFilter(None, q="dat DAI"), {"B"}),
    "words in any order": (DirectiveFilter(None, q="đai  đất"), {"B"}),
    "a word of the content": (DirectiveFilter(None, q="nghĩa trang"), {"C"}),
    "a number": (DirectiveFilter(None, q="2026/9002"), {"B"}),
    "a source's number": (DirectiveFilter(None, q="12/tb"), {"A"}),
    "letters that mean something in LIKE": (DirectiveFilter(None, q="100%"), {"D"}),
    "no such word": (DirectiveFilter(None, q="_"), set()),
    "several at once": (DirectiveFilter(frozenset({"NV"}), unit="NV", q="so", due_to=instant(99)), {"A", "B"}),
}


@pytest.fixture
async def filled(record: PostgresEventStore) -> PostgresEventStore:
    """Four directives A to D, each different in what filters look at."""
    number = CitedSource(kind=SourceKind.CONCLUSION_NOTICE, number="12/TB-UBND")
    a = begun(10, code="2026/9001", title="A", content="hồ sơ", source=number)
    b = begun(20, code="2026/9002", title="B", content="sổ Đất đai", informed_units=("P-B",))
    c = begun(30, code="2026/9003", title="C", content="Nghĩa trang", lead_unit="TNMT", coordinating_units=("VP",))
    d = begun(None, code="2026/9004", title="D", content="Đạt 100% kế hoạch", parent=PARENT)
    await record.append([a, b, c, d, after(b, acknowledged()), after(c, withdrawn())])
    return record


async def test_filters(filled: PostgresEventStore, pool: Pool) -> None:
    for name, (wanted, titles) in FILTERS.items():
        listed = await page(pool, wanted, NOW, sort="code", limit=100)
        assert {state.title for state in listed.items} == titles, name
        assert listed.total == len(titles), name
