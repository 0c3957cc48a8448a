"""`dondoc list`, `show` and `replay`: what the API says too, and the past as it stood."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.command_line import Outcome, dondoc
from tests.support.eventually import eventually
from tests.support.office import Office

TYPES = ["DirectiveIssued", "DirectiveAcknowledged", "OfficerAssigned", "ProgressReported"]


async def run(*words: str) -> Outcome:
    return await asyncio.to_thread(dondoc, *words)


async def told(*words: str) -> Any:
    return (await run(*words, "--json")).succeeded().json


@pytest.fixture
async def worked_on(office: Office) -> dict[str, Any]:
    """A directive with four events."""
    directive = await office.issue(title=f"Rà soát [mục 3] :x: [bold]hồ sơ[/bold] [/] {uuid4().hex[:6]}")
    for by, command, body in (
        ("tp-nv", "acknowledge", {}),
        ("tp-nv", "assign-officer", {"officer": "cv-nv"}),
        ("cv-nv", "report-progress", {"percent": 40, "note": "đã xong [1/2]"}),
    ):
        assert (await office.do(by, command, directive, **body)).status_code == 200
    return directive


async def test_show_and_list_say_what_the_api_says(office: Office, worked_on: dict[str, Any]) -> None:
    child = await office.issue(parent=worked_on["id"])
    by_api = await office.show(worked_on)
    assert by_api["children"] == [child["id"]]
    assert await told("show", worked_on["code"]) == by_api
    assert await told("show", worked_on["code"].replace("/", "-")) == by_api
    assert await told("show", worked_on["id"]) == by_api
    listed = await told("list", "--q", worked_on["title"][-6:])
    assert (listed["total"], listed["items"]) == (1, [by_api])


async def test_show_tells_the_past_as_the_api_does(office: Office, worked_on: dict[str, Any]) -> None:
    leader = await office.as_("chu-tich")
    second = (await leader.get(f"/directives/{worked_on['id']}/events")).json()["items"][1]["recorded_at"]
    for options in ({"version": "2"}, {"at": second}):
        by_api = (await leader.get(f"/directives/{worked_on['id']}", params=options)).json()
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        assert await told("show", worked_on["id"], *words) == by_api
        assert by_api["version"] == 2
        history = await told("replay", worked_on["id"], *words)
        assert [step["type"] for step in history] == TYPES[:2]


async def test_what_was_in_time_then_is_shown_in_time_although_it_is_late_now(office: Office) -> None:
    due = datetime.now(UTC) + timedelta(seconds=1)
    directive = await office.issue(deadline={"at": due.isoformat()})

    async def late() -> bool:
        return bool((await told("show", directive["id"]))["timeliness"] == "overdue")

    await eventually(late, every=0.2)
    issued = (await told("replay", directive["id"]))[0]["recorded_at"]
    then = await told("show", directive["id"], "--at", issued)
    assert then["timeliness"] != "overdue"
    assert (await told("show", directive["id"], "--version", "1"))["timeliness"] != "overdue"


async def test_an_instant_without_zone_is_on_the_clock_of_viet_nam(worked_on: dict[str, Any]) -> None:
    here = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=7)
    assert (await told("show", worked_on["id"], "--at", here.isoformat()))["version"] == 4
    (await run("show", worked_on["id"], "--at", (here - timedelta(hours=1)).isoformat())).ended(1, "did not exist then")


@pytest.mark.parametrize("version", ["0", "5", "-1"])
async def test_a_version_that_never_was_is_refused(worked_on: dict[str, Any], version: str) -> None:
    for command in ("show", "replay"):
        (await run(command, worked_on["id"], "--version", version)).ended(1, "did not exist then")


async def test_replay_tells_who_did_what_and_what_it_changed(office: Office, worked_on: dict[str, Any]) -> None:
    leader = await office.as_("chu-tich")
    by_api = (await leader.get(f"/directives/{worked_on['id']}/events")).json()["items"]
    history = await told("replay", worked_on["id"])
    assert [step["type"] for step in history] == TYPES
    assert [step | event for step, event in zip(history, by_api, strict=True)] == history, (
        "all that the API shows, and more"
    )
    added = {"changes", "policy_version", "calendar_version"}
    assert [{key: value for key, value in step.items() if key not in added} for step in history] == by_api
    assert (await leader.get(f"/directives/{worked_on['id']}/replay")).json()["items"] == history
    assert history[1]["changes"]["phase"] == ["issued", "in_progress"]
    assert history[3]["changes"]["progress_percent"] == [0, 40]


async def test_what_people_wrote_is_shown_as_they_wrote_it(worked_on: dict[str, Any]) -> None:
    for words in (("list", "--q", worked_on["title"][-6:]), ("show", worked_on["id"]), ("replay", worked_on["id"])):
        shown = (await run(*words)).succeeded()
        assert "[mục 3] :x: [bold]hồ sơ[/bold]" in shown.out
        assert shown.err == ""
    assert "đã xong [1/2]" in (await run("replay", worked_on["id"])).out


async def test_list_filters_sorts_and_counts(office: Office) -> None:
    word = f"tu{uuid4().hex[:8]}"
    for title, unit in (("Bờ", "TNMT"), ("Áo", "NV"), ("Cá", "NV")):
        await office.issue(title=f"{title} {word}", lead_unit=unit, coordinating_units=[])
    by_title = await told("list", "--q", word, "--sort", "-title")
    assert [item["title"][:2] for item in by_title["items"]] == ["Cá", "Bờ", "Áo"]
    ours = await told("list", "--q", word, "--unit", "NV", "--open", "--limit", "1")
    assert (len(ours["items"]), ours["total"]) == (1, 2)
    assert (await told("list", "--q", word, "--status", "completed")) == {"items": [], "total": 0}
    assert (await run("list", "--q", word, "--limit", "2")).succeeded().out.splitlines()[-1] == "2/3"
