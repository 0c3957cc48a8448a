"""`dondoc substitutions`: decided, listed, ended."""

from typing import Any

import pytest

from tests.support.command_line import Outcome, dondoc

pytestmark = pytest.mark.usefixtures("on_database")
DAYS = ("--from", "2199-01-01", "--to", "2199-01-05")


def add(substitute: str, absent: str, *words: str) -> Outcome:
    return dondoc("substitutions", "add", substitute, "--for", absent, *(words or DAYS))


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dondoc("substitutions", "list", "--json").succeeded().json
    return found


def test_one_is_decided_listed_and_ended_early() -> None:
    add("pct", "chu-tich", *DAYS, "--decision", "7/QĐ").succeeded()
    [one] = listed()
    assert (one["substitute_name"], one["absent_name"], one["decision_number"]) == (
        "Đồng chí pct",
        "Đồng chí chu-tich",
        "7/QĐ",
    )
    assert "Đồng chí pct" in dondoc("substitutions", "list").succeeded().out
    dondoc("substitutions", "end", one["id"][:8], "--to", "2199-01-03").succeeded()
    assert [one["last_day"] for one in listed()] == ["2199-01-03"]
    dondoc("substitutions", "end", one["id"]).succeeded()
    assert listed()[0]["last_day"] < "2199"


@pytest.mark.parametrize(
    ("substitute", "absent", "said"),
    [
        ("pct", "pct", "their own substitute"),
        ("ai-do", "tp-nv", "no active person ai-do"),
        ("tp-nv", "chu-tich", "already acts for chu-tich"),
        ("chu-tich", "pct", "form a cycle"),
    ],
)
def test_what_cannot_be_ends_with_1(substitute: str, absent: str, said: str) -> None:
    add("pct", "chu-tich").succeeded()
    add(substitute, absent).ended(1, said)
    assert len(listed()) == 1


def test_an_unknown_one_cannot_end_and_a_wrong_day_is_wrong_usage() -> None:
    dondoc("substitutions", "end", "abc").ended(1, "there is no substitution abc")
    add("pct", "chu-tich", "--from", "mai", "--to", "2199-01-05").ended(2, "--from")
