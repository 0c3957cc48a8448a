"""`dondoc audit reads`, and what the console's own commands leave behind."""

import asyncio
from getpass import getuser
from typing import Any

import pytest

from tests.domain.recurrences import MONTHLY, TEMPLATE
from tests.support.command_line import Outcome, dondoc
from tests.support.office import Office


async def run(*words: str) -> Outcome:
    return await asyncio.to_thread(dondoc, *words)


async def reads(*words: str) -> Any:
    return (await run("audit", "reads", *words, "--json")).succeeded().json


async def test_what_the_console_opens_is_noted_under_the_login_of_the_machine(office: Office) -> None:
    directive = await office.issue()
    (await run("show", directive["code"])).succeeded()
    (await run("replay", directive["id"])).succeeded()
    (await run("show", directive["id"], "--version", "9")).ended(1)
    noted = [one for one in reversed(await reads(directive["code"])) if one["kind"] != "reads"]
    assert [(one["kind"], one["version"]) for one in noted] == [("directive", 1), ("replay", 1)]
    assert {(one["reader"], one["detail"], one["door"], one["role"]) for one in noted} == {
        (f"console:{getuser()}", "", "console", None)
    }
    assert {one["code"] for one in noted} == {directive["code"]}


async def test_a_recurrence_is_noted_as_well(office: Office) -> None:
    answer = await (await office.as_("chu-tich")).post("/recurrences", json={"template": TEMPLATE, "rule": MONTHLY})
    one = answer.json()
    await (await office.as_("pct")).get(f"/recurrences/{one['id']}")
    (await run("recur", "show", one["id"])).succeeded()
    noted = [read for read in await reads() if read["subject"] == one["id"]]
    assert [(read["kind"], read["reader"], read["role"]) for read in noted] == [
        ("recurrence", f"console:{getuser()}", None),
        ("recurrence", "pct", "leader"),
    ]


async def test_they_are_selected_by_user_and_time_and_shown_as_a_table(office: Office) -> None:
    directive = await office.issue()
    await office.show(directive, by="tp-nv")
    await office.show(directive, by="cv-nv")
    (one,) = await reads(directive["id"], "--user", "tp-nv")
    assert (one["reader"], one["role"], one["door"]) == ("tp-nv", "unit_head", "api")
    assert await reads(directive["id"], "--user", "tp-nv", "--to", one["read_at"]) == []
    assert await reads(directive["id"], "--user", "tp-nv", "--from", one["read_at"]) == [one]
    assert len(await reads(directive["id"], "--limit", "1")) == 1
    shown = (await run("audit", "reads", directive["id"], "--user", "tp-nv")).succeeded()
    assert "tp-nv (NV)" in shown.out
    assert "unit_head@NV" in shown.out
    assert directive["code"] in shown.out
    assert shown.err == ""


@pytest.mark.usefixtures("office")
async def test_what_is_not_there_or_not_understood() -> None:
    (await run("audit", "reads", "2026/999999")).ended(1, "There is no directive 2026/999999")
    (await run("audit", "reads", "--from", "hôm qua")).ended(2, "Not an instant")
