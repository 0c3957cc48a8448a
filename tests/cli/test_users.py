"""`dondoc users`: people with their roles, all or none, and tokens that are shown once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from storage.pool import Pool
from storage.tokens import user_of
from tests.support.command_line import Outcome, dondoc

pytestmark = pytest.mark.usefixtures("on_database")

NEW: dict[str, Any] = {
    "username": "ct-moi",
    "full_name": "Chủ tịch mới",
    "unit": "P-A",
    "roles": [{"role": "officer", "unit": "P-A"}],
}


def imported(folder: Path, people: list[Any], *words: str) -> Outcome:
    file = folder / "users.yaml"
    file.write_text(yaml.safe_dump({"users": people}, allow_unicode=True), encoding="utf-8")
    return dondoc("users", "import", str(file), *words)


def listed() -> dict[str, dict[str, Any]]:
    return {person["username"]: person for person in dondoc("users", "list", "--json").succeeded().json}


def test_people_come_in_with_exactly_the_roles_given(tmp_path: Path) -> None:
    assert imported(tmp_path, [NEW], "--json").succeeded().json["users"] == 1
    assert listed()["ct-moi"]["roles"] == [{"role": "officer", "unit": "P-A"}]
    imported(tmp_path, [{**NEW, "roles": [{"role": "auditor", "unit": "UBQ"}]}]).succeeded()
    assert listed()["ct-moi"]["roles"] == [{"role": "auditor", "unit": "UBQ"}]
    assert "auditor@UBQ" in dondoc("users", "list").succeeded().out


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ([{**NEW, "unit": "KHONG-CO"}], "ct-moi: không có đơn vị KHONG-CO"),
        ([{**NEW, "roles": [{"role": "leader", "unit": "KHONG-CO"}]}], "there is no unit KHONG-CO"),
        ([{**NEW, "roles": [{"role": "king", "unit": "P-A"}]}], "item 2: roles.0.role"),
        ([{**NEW, "roles": NEW["roles"] * 2}], "a role is named twice: officer@P-A"),
        ([NEW, NEW], "named twice: ct-moi"),
        ([{**NEW, "email": "nowhere"}], "item 2: email"),
    ],
    ids=["unit", "over", "role", "role-twice", "twice", "email"],
)
def test_what_cannot_be_is_refused_and_nobody_of_the_file_comes_in(tmp_path: Path, bad: list[Any], said: str) -> None:
    before = listed()
    imported(tmp_path, [{**NEW, "username": "good"}, *bad]).ended(1, said)
    assert listed() == before


def test_one_is_added_with_roles_over_units() -> None:
    words = ("--unit", "VP", "--role", "office@UBQ", "--role", "officer", "--email", "m@x.example")
    assert dondoc("users", "add", "cv-moi", "Chuyên viên mới", *words, "--json").succeeded().json["users"] == 1
    person = listed()["cv-moi"]
    assert {(grant["role"], grant["unit"]) for grant in person["roles"]} == {("office", "UBQ"), ("officer", "VP")}
    assert (person["full_name"], person["email"]) == ("Chuyên viên mới", "m@x.example")
    dondoc("users", "add", "x", "X", "--unit", "KHONG-CO", "--role", "office").ended(1, "KHONG-CO")
    dondoc("users", "add", "x y", "X", "--unit", "VP", "--role", "office").ended(2, "username")


async def test_a_token_is_shown_once_and_kept_only_as_a_hash(pool: Pool) -> None:
    import asyncio

    made = await asyncio.to_thread(dondoc, "users", "token", "tp-nv", "--label", "máy quét", "--days", "2")
    token = made.succeeded().out.strip()
    assert token.startswith("dd_")
    assert made.out == f"{token}\n", "nothing else, so that a script can take it"
    found = await user_of(pool, token)
    assert found is not None
    assert found[0] == "tp-nv"
    rows = await pool.fetch("select t::text as line, expires_at from tokens t where username = 'tp-nv'")
    assert token not in str(rows)
    assert timedelta(days=1) < rows[0]["expires_at"] - datetime.now(UTC) < timedelta(days=2)
