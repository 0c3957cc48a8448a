"""`dondoc policies …`: what is in force, and how a new version comes into force or is refused."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.registries import PolicyAdopted, Registry
from storage.pool import Pool
from storage.reference import load_reference
from storage.registries import history
from tests.support.command_line import Outcome, dondoc

BASE: dict[str, Any] = {
    "code": "thuong",
    "version": 2,
    "name_vi": "Thường",
    "name_en": "Ordinary",
    "closing_time": "17:00",
    "reminders": [
        {"side": "before", "span": {"working_days": 4}},
        {"side": "before", "span": {"working_days": 1}},
    ],
    "escalations": [{"level": 1, "span": {"working_days": 4}, "to": ["issuer", "office"]}],
}


def adopt(tmp_path: Path, *policies: dict[str, Any], words: tuple[str, ...] = ()) -> Outcome:
    file = tmp_path / "policies.yaml"
    file.write_text(yaml.safe_dump({"policies": [*policies]}, allow_unicode=True), encoding="utf-8")
    return dondoc("policies", "adopt", str(file), *words)


@pytest.mark.usefixtures("on_database")
def test_what_is_in_force_is_listed_and_shown() -> None:
    listed = {one["policy"]: one for one in dondoc("policies", "list", "--json").succeeded().json}
    assert {"thuong@1", "khan@1", "thuong_khan@1", "hoa_toc@1"} <= {*listed}
    assert listed["khan@1"]["name_vi"] == "Khẩn"
    assert "thuong@1" in dondoc("policies", "list").succeeded().out
    for name in ("thuong", "thuong@1"):
        assert dondoc("policies", "show", name, "--json").succeeded().json["version"] == 1
    dondoc("policies", "show", "thuong@7").ended(1, "There is no policy thuong@7", "thuong@1")


@pytest.mark.usefixtures("on_database")
def test_what_is_shown_can_be_adopted_as_it_is(tmp_path: Path) -> None:
    shown = dondoc("policies", "show", "thuong").succeeded().out
    file = tmp_path / "same.yaml"
    file.write_text(shown, encoding="utf-8")
    assert dondoc("policies", "adopt", str(file), "--json").succeeded().json == {"adopted": [], "changes": []}


async def test_a_dry_run_shows_every_field_that_differs_and_changes_nothing(
    on_database: str, pool: Pool, tmp_path: Path
) -> None:
    told = await asyncio.to_thread(adopt, tmp_path, BASE, words=("--dry-run", "--json"))
    [change] = told.succeeded().json["changes"]
    assert (change["policy"], change["before"]) == ("thuong@2", "thuong@1")
    fields = {field["name"]: (field["before"], field["after"]) for field in change["fields"]}
    assert fields["closing_time"] == (None, "17:00:00")
    assert fields["reminders.1.span.working_days"] == ("3", "4")
    assert fields["reminders.3.span.working_days"] == ("1", None)
    assert "name_vi" not in fields
    assert "reminders.2.span.working_days" not in fields
    assert (await load_reference(pool)).policies["thuong"].version == 1
    assert await history(pool, Registry.POLICIES) == []
    shown = (await asyncio.to_thread(adopt, tmp_path, BASE, words=("--dry-run",))).succeeded().out
    assert "17:00:00" in shown
    assert "nothing has been changed" in shown


async def test_a_new_version_is_in_force_with_its_event_and_the_old_one_stays(
    on_database: str, pool: Pool, tmp_path: Path
) -> None:
    told = await asyncio.to_thread(adopt, tmp_path, BASE, words=("--json",))
    assert told.succeeded().json["adopted"] == ["thuong@2"]
    reference = await load_reference(pool)
    assert reference.policies["thuong"].version == 2
    assert reference.policy_versions["thuong@1"].version == 1
    [(_, event)] = await history(pool, Registry.POLICIES)
    assert isinstance(event.data, PolicyAdopted)
    assert (event.data.policy, event.actor.user) == ("thuong@2", "console")
    again = await asyncio.to_thread(adopt, tmp_path, BASE)
    assert "nothing new" in again.succeeded().out


GOOD = {**BASE, "code": "moi", "version": 1}
BAD: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "levels that fall": (
        {"escalations": [{"level": level, "span": {"working_days": 4}, "to": ["issuer"]} for level in (2, 1)]},
        ("item 2", "escalation levels must rise"),
    ),
    "both units": (
        {"due_soon": {"working_days": 1, "duration": "PT1H"}},
        ("item 2", "due_soon", "either working_days or duration"),
    ),
    "an unknown field": ({"colour": "red"}, ("item 2", "colour")),
    "an unknown audience": (
        {"escalations": [{"level": 1, "span": {"working_days": 4}, "to": ["ai-do"]}]},
        ("item 2", "escalations.0.to.0"),
    ),
    "notices after closing": ({"notice_time": "18:00"}, ("item 2", "notice_time lies at or after closing_time")),
    "a bare clock time": ({"closing_time": 1020}, ("item 2", "closing_time", "between quotes")),
    "a version that is there": ({"code": "thuong", "version": 1}, ("thuong@1 is stored with other contents",)),
}


@pytest.mark.parametrize(("fields", "said"), BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("words", [(), ("--dry-run",)], ids=["adopt", "dry run"])
async def test_what_contradicts_itself_is_refused_with_its_place_and_nothing_comes_in(
    on_database: str, pool: Pool, tmp_path: Path, fields: dict[str, Any], said: tuple[str, ...], words: tuple[str, ...]
) -> None:
    told = await asyncio.to_thread(adopt, tmp_path, GOOD, {**GOOD, "code": "hong", **fields}, words=words)
    told.ended(1, *said)
    assert "moi" not in (await load_reference(pool)).policies


@pytest.mark.usefixtures("on_database")
def test_two_that_claim_the_same_directives_are_refused(tmp_path: Path) -> None:
    claims = {"sources": ["petition"]}
    told = adopt(tmp_path, {**GOOD, **claims}, {**GOOD, "code": "khac", **claims})
    told.ended(1, "moi", "khac", "petition")
    adopt(tmp_path, {**GOOD, **claims}).succeeded()
    adopt(tmp_path, {**GOOD, "code": "khac", **claims}).ended(1, "both claim")


@pytest.mark.usefixtures("on_database")
def test_an_older_version_than_the_one_in_force_is_refused(tmp_path: Path) -> None:
    adopt(tmp_path, {**BASE, "version": 5}).succeeded()
    adopt(tmp_path, {**BASE, "version": 4}).ended(1, "thuong@4 comes after thuong@5")
    adopt(tmp_path, BASE, BASE).ended(1, "named twice: thuong@2")
