"""A moment of the past on a page: what was known then and now, cells that open, and what is refused."""

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest

from api import districts
from api.pages.audit import state as state_pages
from api.pages.audit.moments import moment_of
from storage.postgres import PostgresEventStore
from tests.api.pages.conftest import Browse, dashed, opened
from tests.api.pages.reading import Page
from tests.storage.commits import begun
from tests.support.office import Office

THEN = {"day": "2026-03-02", "time": "09:00:10"}


def rows(page: Page) -> list[str]:
    """The addresses of directives at a version, each once."""
    return [link for link in dict.fromkeys(page.links) if "?version=" in link]


async def test_what_was_known_then_is_held_against_what_is_known_now(browse: Browse, late: dict[str, str]) -> None:
    both = await opened(browse, "/audit/state", {"compare": "yes", **THEN})
    assert {f"/directives/{dashed(late)}?version={n}" for n in (1, 3)} <= {*both.links}
    assert "Nay biết" in both.words
    assert "Dựng lại trong" in both.words
    now = await opened(browse, "/audit/state", {"known": "now", **THEN})
    assert f"/directives/{dashed(late)}?version=3" in now.links
    noted = await opened(browse, "/audit/reads", {"user": "kiem-tra"})
    assert "state at=2026-03-02 02:00:10+00:00 known=now unit=" in noted.words


async def test_a_cell_opens_to_its_list_and_the_list_has_pages(
    browse: Browse, late: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await opened(browse, "/audit/state", THEN)
    assert f"/directives/{dashed(late)}?version=1" in rows(whole)
    of_cell = {link.partition("cell=")[2].partition("#")[0]: link for link in whole.links if "unit=" not in link}
    assert rows(await opened(browse, of_cell["open_in_time"])) == rows(whole)
    assert rows(await opened(browse, of_cell["open_overdue"])) == []
    monkeypatch.setattr(state_pages, "_A_PAGE", 1)
    page = await opened(browse, of_cell["open_in_time"])
    seen = rows(page)
    while following := [link for link in page.links if "after=" in link]:
        page = await opened(browse, following[0])
        seen += rows(page)
    assert seen == rows(whole)
    monkeypatch.undo()
    (unit,) = {link for link in whole.links if "unit=NV" in link and "cell=" not in link}
    assert rows(await opened(browse, unit)) == rows(whole)


async def test_an_auditor_of_a_ward_sees_the_past_of_that_ward_only(
    shared: Office, browse: Browse, late: dict[str, str], ward_auditor: str
) -> None:
    ours = begun(due=1000, code=f"2022/{uuid4().int % 10**9:09d}", lead_unit="P-B")
    await PostgresEventStore(shared.pool).append([ours])
    page = await opened(browse, "/audit/state", THEN, by=ward_auditor)
    assert rows(page) == [f"/directives/{ours.state.code.replace('/', '-')}?version=1"]
    assert late["code"] not in page.words


NOW = datetime(2026, 11, 30, 3, 0, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "at", "known"),
    [
        ({"day": "2026-11-20"}, datetime(2026, 11, 20, 17, tzinfo=UTC), None),
        ({"day": "2026-11-20", "time": "08:30"}, datetime(2026, 11, 20, 1, 30, tzinfo=UTC), None),
        ({"day": "2026-11-30"}, NOW.replace(microsecond=0), None),
        ({"day": "2026-11-20", "known": "now"}, datetime(2026, 11, 20, 17, tzinfo=UTC), "now"),
        (
            {"day": "2026-11-20", "known": "at", "known_day": "2026-11-21", "known_time": "00:00"},
            datetime(2026, 11, 20, 17, tzinfo=UTC),
            datetime(2026, 11, 20, 17, tzinfo=UTC),
        ),
        ({}, None, None),
    ],
    ids=str,
)
def test_a_form_names_a_moment_and_its_address_names_it_again(
    given: dict[str, str], at: datetime | None, known: object
) -> None:
    moment = moment_of(given, NOW, "vi")
    assert (moment.at, moment.known, moment.faults) == (at, known, {})
    again = dict(parse_qsl(moment.address(cell="withdrawn").partition("?")[2]))
    assert again.pop("cell") == "withdrawn"
    later = moment_of(again, NOW + timedelta(days=1), "vi")
    assert (later.at, later.known) == (at, known)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"day": "hôm qua"}, "day"),
        ({"day": "2999-01-01"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": "2026-03-02", "time": "25:00"}, "time"),
        ({"day": "2026-03-02", "unit": "KHONG-CO"}, "unit"),
        ({"day": "2026-03-02", "known": "at"}, "known_day"),
        ({"day": "2026-03-02", "known": "at", "known_day": "2999-01-01"}, "known_day"),
        ({"day": "2026-03-02", "cell": "x"}, "day"),
        ({"day": "2026-03-02", "after": "x"}, "day"),
    ],
    ids=str,
)
async def test_a_moment_that_makes_no_sense_is_told_beside_its_field(
    browse: Browse, asked: dict[str, str], field: str
) -> None:
    page = await opened(browse, "/audit/state", asked, status=422)
    assert f"{field}-fault" in page.ids
    form = page.form("/audit/state")
    assert form.fields["day"] == [asked["day"]], "what was typed is kept"


async def test_a_moment_that_cannot_be_made_now_is_told_with_the_way_to_try_again(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = await browse("kiem-tra"), "/audit/state?day=2026-03-02"
    two = await asyncio.gather(*(client.get(address) for _ in range(2)))
    assert sorted(one.status_code for one in two) == [200, 429]
    monkeypatch.setattr(districts, "LIMIT_SECONDS", 0.05)
    for answer in (next(one for one in two if one.status_code == 429), await client.get(address)):
        assert answer.status_code in (429, 503)
        assert address in Page(answer.text).links
        assert int(answer.headers["retry-after"]) > 0
