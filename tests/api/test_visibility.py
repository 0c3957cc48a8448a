"""Who sees what: everyone the directives of the units under their roles, whatever part those units have in them."""

from typing import Any

import pytest

from tests.support.office import Office

VISIBLE: dict[str, dict[str, Any]] = {
    "nv-alone": {"lead_unit": "NV", "coordinating_units": []},
    "nv-with-a": {"lead_unit": "NV", "coordinating_units": ["P-A"]},
    "nv-told-b": {"lead_unit": "NV", "coordinating_units": [], "informed_units": ["P-B"]},
    "tnmt": {"lead_unit": "TNMT", "coordinating_units": []},
}
SEES = {
    "chu-tich": {*VISIBLE},
    "pct": {*VISIBLE},
    "cv-theo-doi": {*VISIBLE},
    "kiem-tra": {*VISIBLE},
    "quan-tri": {*VISIBLE},
    "tp-nv": {"nv-alone", "nv-with-a", "nv-told-b"},
    "cv-nv": {"nv-alone", "nv-with-a", "nv-told-b"},
    "ct-a": {"nv-with-a"},
    "ct-b": {"nv-told-b"},
    "tp-tnmt": {"tnmt"},
}


@pytest.fixture(scope="session")
async def four(shared: Office) -> dict[str, dict[str, Any]]:
    return {name: await shared.issue(**changes) for name, changes in VISIBLE.items()}


@pytest.mark.parametrize("who", SEES)
async def test_everyone_sees_what_concerns_their_units(
    shared: Office, four: dict[str, dict[str, Any]], who: str
) -> None:
    client = await shared.as_(who)
    for name, directive in four.items():
        seen = name in SEES[who]
        one = await client.get(f"/directives/{directive['id']}")
        assert one.status_code == (200 if seen else 404)
        assert (await client.get(f"/directives/{directive['id']}/events")).status_code == one.status_code
        page = (await client.get("/directives", params={"q": directive["code"], "limit": 200})).json()
        assert (directive["id"] in {item["id"] for item in page["items"]}) is seen
        events = await shared.pool.fetchval(
            "select global_position from events where stream_id = $1 and stream_version = 1", directive["id"]
        )
        following = (await client.get("/events", params={"after": events - 1, "limit": 1})).json()["items"]
        assert (bool(following) and following[0]["directive_id"] == directive["id"]) is seen


async def test_the_total_counts_only_what_is_visible(shared: Office, four: dict[str, dict[str, Any]]) -> None:
    for who in ("tp-nv", "ct-a", "chu-tich"):
        client = await shared.as_(who)
        page = (await client.get("/directives", params={"limit": 1})).json()
        found: list[str] = []
        params: dict[str, Any] = {"limit": 200}
        while True:
            whole = (await client.get("/directives", params=params)).json()
            found += [item["id"] for item in whole["items"]]
            if whole["next_cursor"] is None:
                break
            params["cursor"] = whole["next_cursor"]
        assert page["total"] == len(found) == len({*found})


async def test_a_coordinating_unit_may_comment_and_no_more(shared: Office, four: dict[str, dict[str, Any]]) -> None:
    directive = four["nv-with-a"]
    assert (await shared.do("ct-a", "comment", directive, text="Phường sẽ phối hợp")).status_code == 200
    assert (await shared.do("ct-a", "acknowledge", directive)).status_code == 403
