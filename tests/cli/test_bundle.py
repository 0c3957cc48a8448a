"""`dondoc audit bundle` and `verify-bundle`: taken here, checked there."""

import asyncio
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from domain.instants import local
from storage.pool import Pool
from tests.audit.log.growing import grow
from tests.audit.superuser import as_superuser
from tests.support.command_line import Outcome, dondoc


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DONDOC_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("DONDOC_LOG_ORIGIN", "nhatky.example")
    return tmp_path / "keys"


@pytest.fixture
async def signed(pool: Pool, on_database: str, keys: Path) -> Pool:
    """Two directives under a checkpoint of seven events: the last is that of the log's key."""
    await grow(pool, 4)
    await grow(pool, 2)
    (await audit("checkpoint")).succeeded()
    return pool


async def audit(*words: str) -> Outcome:
    return await asyncio.to_thread(dondoc, "audit", *words)


async def taken(*words: str, to: Path) -> Outcome:
    return (await audit("bundle", "-o", str(to), "--json", *words)).succeeded()


async def code_of(pool: Pool, number: int) -> str:
    code: str = await pool.fetchval("select code from directives order by last_position offset $1 limit 1", number)
    return code


async def test_a_bundle_is_taken_here_and_verified_there(signed: Pool, tmp_path: Path) -> None:
    case = tmp_path / "case.zip"
    made = (await taken(to=case)).json
    assert (made["origin"], made["size"], made["events"], made["withheld"]) == ("nhatky.example", 7, 7, 0)
    [published] = (await audit("key", "show", "--json")).succeeded().json
    told = (await audit("verify-bundle", str(case), "--key", published["key"])).succeeded()
    assert told.out.startswith("ĐẠT · OK\n")
    verdict = (await audit("verify-bundle", str(case), "--json")).succeeded().json
    assert (verdict["ok"], verdict["size"], verdict["root"] != "") == (True, 7, True)
    other = "other.example+" + published["key"].partition("+")[2]
    assert "KHÔNG ĐẠT" in (await audit("verify-bundle", str(case), "--key", other)).ended(1).out


async def test_a_directive_a_unit_and_a_range_are_taken(signed: Pool, tmp_path: Path) -> None:
    code = await code_of(signed, 0)
    cases: dict[str, tuple[list[str], int]] = {
        "directive": (["--directive", code], 4),
        "both": (["--directive", code, "--directive", await code_of(signed, 1)], 6),
        "unit": (["--unit", "NV"], 6),
        "range": (["--from", "2", "--to", "5"], 4),
        "beginning": (["--to", "3"], 3),
        "beyond": (["--from", "6", "--to", "999"], 2),
    }
    for name, (words, events) in cases.items():
        made = (await taken(*words, to=tmp_path / f"{name}.zip")).json
        assert made["events"] == events, name
        (await audit("verify-bundle", str(tmp_path / f"{name}.zip"))).succeeded()


async def test_a_range_of_days_is_one_of_positions(signed: Pool, tmp_path: Path) -> None:
    first = local(await signed.fetchval("select recorded_at from events where global_position = 1"))
    last = local(await signed.fetchval("select recorded_at from events where global_position = 7"))
    case = tmp_path / "case.zip"
    made = (await taken("--from", first.date().isoformat(), "--to", last.date().isoformat(), to=case)).json
    assert made["events"] == 7
    made = (await taken("--from", last.isoformat(), to=case)).json
    assert made["events"] == 1
    made = (await taken("--to", (last - timedelta(seconds=1)).isoformat(), to=case)).json
    assert made["events"] == 6
    (await audit("bundle", "-o", str(case), "--from", (last + timedelta(1)).isoformat())).ended(
        1, "Nothing was recorded"
    )


async def test_what_is_withheld_is_named(signed: Pool, tmp_path: Path) -> None:
    case = tmp_path / "case.zip"
    words = ("--withhold", "ProgressReported", "--withhold", "7", "--reason", "bí mật công tác")
    assert (await taken(*words, to=case)).json["withheld"] == 5
    with zipfile.ZipFile(case) as archive:
        hidden = [json.loads(line) for line in archive.read("withheld.jsonl").splitlines()]
    assert [one["position"] for one in hidden] == [2, 3, 4, 6, 7]
    assert {one["reason"] for one in hidden} == {"bí mật công tác"}


async def test_taking_a_bundle_is_noted_as_a_read(signed: Pool, tmp_path: Path) -> None:
    await taken("--to", "3", to=tmp_path / "case.zip")
    rows = await signed.fetch("select kind, detail from reads where kind = 'bundle'")
    assert [(row["kind"], row["detail"]) for row in rows] == [("bundle", "mọi sự kiện từ vị trí 1 đến vị trí 3")]


async def test_new_events_are_signed_first_or_it_says_how(signed: Pool, keys: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.zip"
    await grow(signed, 2)
    assert (await taken(to=case)).json["size"] == 9
    await grow(signed, 1)
    empty = tmp_path / "none"
    failed = await audit("bundle", "-o", str(tmp_path / "other.zip"), "--keys", str(empty))
    failed.ended(1, "The last checkpoint ends at 9", "dondoc audit checkpoint")
    assert not (tmp_path / "other.zip").exists()
    assert (await taken("--to", "9", "--keys", str(empty), to=case)).json["events"] == 9


async def test_an_altered_record_gives_no_bundle(signed: Pool, on_database: str, tmp_path: Path) -> None:
    case = tmp_path / "case.zip"
    case.write_text("was here before", encoding="utf-8")
    await as_superuser(on_database, "update events set canonical = canonical || ' ' where global_position = 3")
    failed = await audit("bundle", "-o", str(case))
    failed.ended(1, "gives no sound bundle", "dondoc audit verify")
    assert case.read_text("utf-8") == "was here before"
    assert {path.name for path in tmp_path.iterdir()} == {"case.zip", "keys"}, "nothing is left lying about"


@pytest.mark.usefixtures("on_database")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--from", "1", "--directive", "2026/0001"], "Choose a range"),
        (["--from", "yesterday"], "neither a position nor a day nor an instant"),
        (["--withhold", "Comented"], "there is no such type"),
        (["--witness", "none"], "not a key"),
    ],
)
async def test_wrong_words_end_with_2(tmp_path: Path, words: list[str], told: str) -> None:
    (await audit("bundle", "-o", str(tmp_path / "case.zip"), *words)).ended(2, told)


async def test_what_is_not_there_ends_with_1(signed: Pool, tmp_path: Path) -> None:
    case = str(tmp_path / "case.zip")
    (await audit("bundle", "-o", case, "--directive", "2026/9999")).ended(1, "There is no directive")
    (await audit("bundle", "-o", case, "--unit", "NOWHERE")).ended(1, "There is no unit")
    (await audit("bundle", "-o", case, "--from", "5", "--to", "4")).ended(1, "nothing to take")
    (await audit("bundle", "-o", case, "--from", "7", "--withhold", "7")).ended(1, "nothing to take")
    (await audit("bundle", "-o", str(tmp_path / "nowhere" / "case.zip"))).ended(2, "cannot write it")
    assert "KHÔNG ĐẠT" in (await audit("verify-bundle", case)).ended(1).out
