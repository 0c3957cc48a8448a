"""`dondoc do`: words to a body as the command takes it, and the answer or the refusal back."""

import asyncio
from typing import Any

import pytest

from api.bodies import COMMANDS
from console.do import body_of
from tests.support.command_line import Outcome, dondoc
from tests.support.office import Office


async def do(*words: str) -> Outcome:
    return await asyncio.to_thread(dondoc, "do", *words)


@pytest.mark.parametrize(
    ("command", "words", "body"),
    [
        ("report-progress", ["percent=60", "note=2026"], {"percent": 60, "note": "2026"}),
        ("report-progress", ["percent=nhiều", "note=[1] xong: 50%"], {"percent": "nhiều", "note": "[1] xong: 50%"}),
        ("report-completion", ["result=a=b"], {"result": "a=b"}),
        ("change-deadline", ["deadline.working_days=5", "reason=x"], {"deadline": {"working_days": 5}, "reason": "x"}),
        ("change-deadline", ["deadline.at=2026-12-31"], {"deadline": {"at": "2026-12-31"}}),
        ("comment", ["text=Hoa\u0300 \u0111o\u0302\u0300ng", "colour=7"], {"text": "Hoà đồng", "colour": "7"}),
        ("acknowledge", [], {}),
        ("delegate", ["units=P-A, P-B", "title=Việc"], {"units": ["P-A", "P-B"], "title": "Việc"}),
        ("delegate", ["units=[P-A]"], {"units": ["P-A"]}),
        ("settle-decline", ["settlement=sent_back", "reason=x"], {"settlement": "sent_back", "reason": "x"}),
        ("suspend", ["cause=funding", "until=2026-12-31"], {"cause": "funding", "until": "2026-12-31"}),
    ],
)
def test_words_become_the_body_the_command_takes(command: str, words: list[str], body: dict[str, Any]) -> None:
    assert body_of(COMMANDS[command], tuple(words)) == body


async def test_a_command_is_given_and_its_outcome_shown(office: Office) -> None:
    directive = await office.issue()
    shown = await do("acknowledge", directive["code"], "--as", "tp-nv")
    assert "Đang thực hiện" in shown.succeeded().out
    assert len(shown.out.splitlines()) == 1
    state = (await do("report-progress", directive["id"], "percent=40", "--as", "tp-nv", "--json")).succeeded().json
    assert (state["progress_percent"], state["version"]) == (40, 3)


async def test_a_refused_command_ends_with_1_and_says_what_is_possible(office: Office) -> None:
    directive = await office.issue()
    refused = await do("accept", directive["code"], "--as", "chu-tich", "--json")
    refused.ended(1, "[not_possible_now]", "acknowledge")
    assert refused.json["phase"] == "issued"
    assert "acknowledge" in refused.json["possible"]
    (await do("acknowledge", directive["code"], "--as", "tp-tnmt")).ended(1, "[not_permitted]")
    (await do("report-progress", directive["code"], "percent=x", "lol=1", "--as", "tp-nv")).ended(1, "percent", "lol")
    assert (await office.show(directive))["version"] == 1


async def test_one_command_on_several_directives_tells_of_each(office: Office) -> None:
    first, second = await office.issue(), await office.issue()
    both = await do("acknowledge", first["code"], second["code"], "note=Đã rõ", "--as", "tp-nv")
    assert len(both.succeeded().out.splitlines()) == 3
    mixed = await do("withdraw", first["code"], "2026/9999", "reason=Trùng", "--as", "chu-tich", "--json")
    assert mixed.code == 1
    assert (mixed.json["done"], mixed.json["refused"]) == (1, 1)
    told = await do("comment", second["code"], first["id"], "text=Đã xem", "--as", "tp-nv")
    assert "2 xong, 0 bị từ chối" in told.succeeded().out


async def test_a_token_from_the_environment_signs_in(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    directive = await office.issue()
    made = await asyncio.to_thread(dondoc, "users", "token", "tp-nv", "--days", "1", "--json")
    monkeypatch.setenv("DONDOC_TOKEN", made.succeeded().json["token"])
    monkeypatch.delenv("DONDOC_DATABASE_URL")  # from another machine, where the record is out of reach
    (await do("acknowledge", directive["code"])).succeeded()
    assert (await office.show(directive))["phase"] == "in_progress"
